import type { Settings } from '../config/settings.js';
import { welcome } from '../first-admin/welcome.js';
import type { LoadedConfig } from './bouncer-config.js';
import { type RunningService, startService } from './http-service.js';
import { fail, readyLine } from './process-output.js';
import { onUncaught } from './uncaught.js';
import { growYoungGeneration } from './v8-heap.js';
import { Primary, startWorker } from './workers/worker.js';

/** A process manager signals the whole group and the launcher passes the signal on, so it may come twice. */
const ECHO_MS = 1_000;

/** Serves as the only process of the service, until it is stopped. */
export async function serveAlone(settings: Settings, config: LoadedConfig): Promise<void> {
  const service = await startService(settings, config);
  growYoungGeneration();
  // This comes before the ready line, because whoever waits for that line may stop the service at once.
  stopOnSignals(service);
  if (service.firstAdmin) process.stdout.write(welcome(service.firstAdmin, service.url));
  process.stdout.write(readyLine(service.url, settings));
}

/** Serves as one of several processes. The process that runs them prints the ready line when all serve. */
export async function serveAsWorker(settings: Settings, config: LoadedConfig): Promise<void> {
  const primary = new Primary();
  const service = await startWorker(primary, settings, config);
  growYoungGeneration();
  const stop = stopOnSignals(service);
  // Nobody listens on the port any more, so that there is nothing to wait for.
  primary.onGone(() => stop(0, 0));
  primary.tell('serving', { url: service.url, firstAdmin: service.firstAdmin });
}

/**
 * Stops the service at a signal and at an uncaught error. After such an error the state of the process is unknown, so it ends once
 * its audit rows are written. A second signal ends the delay before the listener closes, and interrupts nothing else.
 * @returns what stops the service and ends the process
 */
function stopOnSignals(service: RunningService): (code: number, delayMs?: number) => void {
  let stopping: Promise<void> | undefined;
  let signalledAt = -Infinity;
  const stop = (code: number, delayMs?: number) => {
    const stopped = service.stop(delayMs);
    stopping ??= stopped.then(() => process.exit(code), fail);
  };
  const signalled = () => {
    const now = performance.now();
    if (stopping === undefined) signalledAt = now;
    else if (now - signalledAt < ECHO_MS) return;
    stop(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, signalled);
  onUncaught(service.app, () => stop(1, 0));
  return stop;
}
