// `npm start`: builds when needed, and serves in this process.
import './build-when-stale.mjs';

await import('../dist/server/main.js');
await import('./stop-with-shell.mjs');
