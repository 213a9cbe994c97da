import { stopsWithParent } from '../config/process-environment.js';

const LOOK_MS = 200;

/**
 * npm runs a script below a shell that does not pass signals on, and the launcher of `bouncer start` may be killed. When
 * such a parent has gone, this process sends itself the signal that it missed.
 */
export function stopWithParent(): void {
  if (!stopsWithParent()) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  watch.unref();
}
