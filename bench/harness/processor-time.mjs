import { readFileSync } from 'node:fs';

/** The clock tick of Linux, which is 100 per second on every system. */
const TICK_US = 10_000;

/** Returns the times of a process in microseconds: its own, and that of the children which it has waited for. */
function timesOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const sum = (at) => (Number(fields[at]) + Number(fields[at + 1])) * TICK_US;
    return { own: sum(11), ended: sum(13) };
  } catch {
    // The process has ended meanwhile.
    return { own: 0, ended: 0 };
  }
}

function childrenOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

/**
 * Returns the processor time of all threads of a process and of the processes that it runs, such as workers, in microseconds. It
 * does not include other work on the machine.
 */
export const processorTimeOf = (pid) =>
  childrenOf(pid).reduce((sum, child) => sum + processorTimeOf(child), timesOf(pid).own);

/** Returns the processor time of PostgreSQL with all its processes so far, also of those that have ended, in microseconds. */
export function postgresTime(dataFolder) {
  const postmaster = Number(readFileSync(`${dataFolder}/postmaster.pid`, 'utf8').split('\n')[0]);
  return processorTimeOf(postmaster) + timesOf(postmaster).ended;
}
