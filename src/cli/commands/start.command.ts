import type { Command } from 'commander';
import { examples } from '../examples.js';

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('serve MCP and REST with the compiled bouncer.config.js of this folder')
    .addHelpText('after', examples('bouncer start', 'PORT=8080 DATABASE_URL=postgres://... bouncer start'))
    .action(async () => {
      const { start } = await import('../actions/start.js');
      await start();
    });
}
