// What Linux says of a process. Elsewhere the families that measure say why they are skipped.
import { existsSync, readFileSync } from 'node:fs';

export const figuresObstacle = () =>
  existsSync('/proc/self/status')
    ? undefined
    : 'this system has no /proc, which tells memory and processor time';

/** Resident memory in MB. */
export const residentMegabytes = ({ child }) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;

/** Processor time so far, in milliseconds; a tick of the kernel is 10. */
export function processorMs({ child }) {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) * 10;
}
