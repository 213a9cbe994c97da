import { readdirSync, readFileSync } from 'node:fs';

/** The clock tick of Linux, which is 100 per second on every system. */
const TICK_US = 10_000;

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, own, ended] = [fields[1], fields[11] + fields[12], fields[13] + fields[14]];
    return { parent, own, ended };
  } catch {
    // The process has ended meanwhile.
    return { parent: 0, own: 0, ended: 0 };
  }
}

/** Returns the processor time of PostgreSQL with all its processes so far, also of those that have ended, in microseconds. */
export function postgresTime(dataFolder) {
  const postmaster = Number(readFileSync(`${dataFolder}/postmaster.pid`, 'utf8').split('\n')[0]);
  const { own, ended } = statOf(postmaster);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => statOf(pid))
    .filter(({ parent }) => parent === postmaster);
  return (own + ended + children.reduce((sum, child) => sum + child.own, 0)) * TICK_US;
}
