// `npm run mcp:stdio`: builds when needed, and serves the client at the other end of stdin and stdout in this process.
import './build-when-stale.mjs';

await import('../dist/cli/mcp-stdio.cli.js');
await import('./stop-with-shell.mjs');
