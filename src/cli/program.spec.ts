import type { Command } from 'commander';
import { bouncerProgram } from './program.js';

/** Every command that does something, with the words that call it. */
function commandsOf(command: Command, words: string[] = []): [words: string, command: Command][] {
  if (command.commands.length === 0) return [[words.join(' '), command]];
  return command.commands.flatMap((below) => commandsOf(below, [...words, below.name()]));
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

describe('The command line', () => {
  const commands = commandsOf(bouncerProgram());

  it('has the commands of the package', () => {
    expect(commands.map(([words]) => words)).toEqual([
      'new',
      'start',
      'dev',
      'stdio',
      'migration run',
      'migration revert',
      'migration generate',
      'documents import',
      'ask',
      'keys generate',
      'keys import',
      'users link',
      'audit verify',
      'audit rotate-seal-key',
    ]);
  });

  it.each(commands)('shows in the help of "%s" how it is called', (words, command) => {
    expect(helpOf(command)).toMatch(
      new RegExp(`Usage: bouncer ${words}[\\s\\S]*Examples:\\n  \\$ .*bouncer ${words}`),
    );
  });

  it.each(commands.filter(([words]) => !['start', 'dev', 'stdio'].includes(words)))(
    'takes --json with "%s", which has a result',
    (_, command) => {
      expect(command.options.map(({ long }) => long)).toContain('--json');
    },
  );

  it('says in its help what each exit code means', () => {
    expect(helpOf(bouncerProgram())).toMatch(/Exit codes:\n  0 .*\n  1 .*\n  2 .*\n  3 /);
  });
});
