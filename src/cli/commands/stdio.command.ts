import type { Command } from 'commander';
import { examples } from '../examples.js';

export function addStdioCommand(program: Command): void {
  program
    .command('stdio')
    .description('serve one local MCP client on standard input and output, with the key in MCP_STDIO_KEY')
    .addHelpText('after', examples('MCP_STDIO_KEY=mcp_... bouncer stdio'))
    .action(async () => {
      // This import takes standard output away from whatever is imported later.
      const { protocolOutput } = await import('../actions/protocol-output.js');
      const { serveStdio } = await import('../actions/serve-stdio.js');
      await serveStdio(protocolOutput);
    });
}
