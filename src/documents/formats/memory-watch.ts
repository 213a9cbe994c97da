/** Ends its process when that holds too much memory, or has lost its parent, even while a loop keeps it busy. */
import { workerData } from 'node:worker_threads';

const EVERY_MS = 25;

const { maxBytes, parent } = workerData as { maxBytes: number; parent: number };

setInterval(() => {
  if (process.memoryUsage.rss() > maxBytes || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, EVERY_MS);
