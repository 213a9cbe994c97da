// Serves as `bouncer start` does, with the tool of all peers: by one process, or by as many as WORKERS says.
import { keepHeapSmall } from '../../dist/server/v8-heap.js';

keepHeapSmall();
const { runBouncer } = await import('../../dist/server/run-bouncer.js');
const { EchoModule } = await import('./echo.module.mjs');

await runBouncer({ modules: [EchoModule] });
