import { readFileSync } from 'node:fs';

/** The clock tick of Linux, which is 100 per second on every system. */
const TICK_US = 10_000;

/**
 * Returns the processor time of all threads of a process and of the processes that it runs, such as workers, in microseconds. It
 * does not include other work on the machine.
 */
export function processorTimeOf(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const own = (Number(fields[11]) + Number(fields[12])) * TICK_US;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + processorTimeOf(child), own);
}
