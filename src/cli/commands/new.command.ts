import { basename, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { examples } from '../examples.js';
import { JSON_OPTION, type OutputOptions } from '../print-result.js';
import { runAction } from '../run-action.js';

interface NewOptions extends OutputOptions {
  bouncer?: string;
}

export function addNewCommand(program: Command): void {
  program
    .command('new')
    .argument('<folder>', 'the folder to make; its name becomes that of the package', projectFolder)
    .description('make a project with a module, an entity, a migration, two tools, a REST route and a spec')
    .option('--bouncer <spec>', 'the version of bouncer-mcp to depend on; default: the one that runs')
    .option(...JSON_OPTION)
    .addHelpText('after', examples('bouncer new my-backend', 'npx bouncer-mcp new my-backend'))
    .action(async (folder: string, options: NewOptions) => {
      const { newProject } = await import('../actions/new-project.js');
      await runAction(() => newProject(folder, options));
    });
}

/** npm's rules for the name of a package without a scope. A package cannot depend on one of its own name. */
function projectFolder(folder: string): string {
  const name = basename(resolve(folder));
  if (!/^[a-z0-9][a-z0-9._-]{0,213}$/.test(name)) {
    throw new InvalidArgumentError(
      'Its name becomes that of a package: lower-case letters, digits, hyphens, dots and underscores.',
    );
  }
  if (['bouncer-mcp', 'node_modules', 'favicon.ico'].includes(name))
    throw new InvalidArgumentError('No package can have this name here.');
  return folder;
}
