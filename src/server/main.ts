import { keepHeapSmall } from './v8-heap.js';

keepHeapSmall();
// This is not a static import, because all static imports are evaluated before the first statement runs.
const { runBouncer } = await import('./run-bouncer.js');
await runBouncer();
