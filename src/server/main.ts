import { keepHeapSmall } from './v8-heap.js';

keepHeapSmall();
// Not a static import: those are read, all of them, before the first one runs.
const { runBouncer } = await import('./run-bouncer.js');
await runBouncer();
