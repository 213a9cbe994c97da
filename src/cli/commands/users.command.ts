import type { Command } from 'commander';
import { examples } from '../examples.js';
import { JSON_OPTION, type OutputOptions } from '../print-result.js';
import { runAction } from '../run-action.js';

export function addUsersCommand(program: Command): void {
  const users = program.command('users').description('help people to sign in');
  users
    .command('link')
    .description('print a link by which a user chooses a new password, once, within an hour')
    .argument('<email>', 'the address of the user')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('bouncer users link admin@localhost'))
    .action(async (email: string, options: OutputOptions) => {
      const { printLink } = await import('../actions/password-link.js');
      await runAction(() => printLink(email, options));
    });
}
