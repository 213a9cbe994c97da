import { setFlagsFromString } from 'node:v8';

// V8 would let the heap of a busy service grow to four times of what lives in it before it looks for what is dead. Twice
// is enough: it takes 0.65 of the memory and no more time (decision 0011).
setFlagsFromString('--heap-growing-percent=100');
