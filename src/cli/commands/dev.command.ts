import type { Command } from 'commander';
import { examples } from '../examples.js';

interface DevOptions {
  project: string;
}

export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .description('compile TypeScript at every change and start the service anew')
    .option('-p, --project <file>', 'the TypeScript configuration to compile with', 'tsconfig.json')
    .addHelpText('after', examples('bouncer dev', 'bouncer dev --project tsconfig.build.json'))
    .action(async ({ project }: DevOptions) => {
      const { runAction } = await import('../run-action.js');
      const { develop } = await import('../actions/develop.js');
      await runAction(() => develop(project));
    });
}
