import { styleText } from 'node:util';
import { Command } from 'commander';
import { VERSION } from '../config/version.js';
import { addAskCommand } from './commands/ask.command.js';
import { addAuditCommand } from './commands/audit.command.js';
import { addDevCommand } from './commands/dev.command.js';
import { addDocumentsCommand } from './commands/documents.command.js';
import { addKeysCommand } from './commands/keys.command.js';
import { addMigrationCommand } from './commands/migration.command.js';
import { addNewCommand } from './commands/new.command.js';
import { addStartCommand } from './commands/start.command.js';
import { addStdioCommand } from './commands/stdio.command.js';
import { addUsersCommand } from './commands/users.command.js';
import { examples } from './examples.js';
import { WRONG_USAGE } from './exit-codes.js';

const EXIT_CODES = `
Exit codes:
  0  the command did what it was asked to do
  1  it failed; for "audit verify": the audit is not whole
  2  the command line is wrong, and nothing was done; for "audit verify" also: the audit could not be checked
  3  "documents import" has skipped files, which it lists`;

/**
 * The command line of the package. A command's own code is imported when it runs, so that help, and an error in the
 * command line, come at once.
 */
export function bouncerProgram(): Command {
  const program = new Command('bouncer')
    .description(
      'The secure MCP backend: API keys, scopes, rate limits and an audit trail in front of your tools',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .configureHelp({
      styleTitle: (text) => styleText('bold', text),
      styleCommandText: (text) => styleText('cyan', text),
      styleOptionText: (text) => styleText('cyan', text),
    })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, '')) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_USAGE));
  addNewCommand(program);
  addStartCommand(program);
  addDevCommand(program);
  addStdioCommand(program);
  addMigrationCommand(program);
  addDocumentsCommand(program);
  addAskCommand(program);
  addKeysCommand(program);
  addUsersCommand(program);
  addAuditCommand(program);
  completeBelow(program);
  return program.addHelpText(
    'after',
    examples('bouncer new my-backend', 'bouncer dev', 'bouncer start', 'bouncer migration run --help') +
      EXIT_CODES,
  );
}

/** What commands do not take over from the one above: after an error stands how the command is used. */
function completeBelow(command: Command): void {
  command.helpCommand(false);
  const usage = command.createHelp().commandUsage(command);
  command.showHelpAfterError(`Usage: ${usage}`);
  for (const below of command.commands) completeBelow(below);
}
