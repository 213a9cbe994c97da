import './v8-heap.js';

// Not a static import: those are read, all of them, before the first one runs.
await import('./process.js');
