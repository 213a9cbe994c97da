import { setFlagsFromString } from 'node:v8';

// V8 would let the heap of a busy service grow to four times of what lives in it before it looks for what is dead. Twice
// is enough: it takes 0.65 of the memory and no more time (decision 0011).
setFlagsFromString('--heap-growing-percent=100');

// What a start makes lives on, so room for what dies young would only be kept in memory (decision 0012).
setFlagsFromString('--semi-space-growth-factor=1');

/** To be called once the service serves: room for what calls leave behind, taken as they come. */
export function growYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
