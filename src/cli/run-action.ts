import { linesText } from '../validation/line-text.js';
import { DONE, FAILED } from './exit-codes.js';

/** Ends the process as its work ends: 0, or what the work says, or `failed` with a message that says why. */
export async function runAction(work: () => Promise<number | void>, failed = FAILED): Promise<never> {
  try {
    process.exit((await work()) ?? DONE);
  } catch (error) {
    process.stderr.write(`${linesText(error instanceof Error ? error.message : String(error))}\n`);
    process.exit(failed);
  }
}
