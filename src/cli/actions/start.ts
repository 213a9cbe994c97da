import { hasSizedYoungGeneration, restartWithSizedYoungGeneration } from '../young-generation.js';
import { stopWithParent } from '../stop-with-parent.js';

/** Serves in this process where V8 has its flags, else in a child that has them. */
export async function start(): Promise<void> {
  stopWithParent();
  if (!hasSizedYoungGeneration()) return restartWithSizedYoungGeneration();
  await import('../../server/main.js');
}
