import cluster from 'node:cluster';
import { workerNumber } from '../../config/process-environment.js';
import type { Settings } from '../../config/settings.js';

/** Gives the settings to the worker that this process is: its number, and a port of its own for metrics. */
export function ofThisWorker(settings: Settings): Settings {
  const number = cluster.isWorker ? workerNumber() : undefined;
  if (number === undefined) return settings;
  const { metrics, workers } = settings;
  // Port 0 stands for a free one, which is another one for each process.
  const port = metrics.port ? metrics.port + number - 1 : metrics.port;
  return { ...settings, metrics: { ...metrics, port }, workers: { ...workers, number } };
}
