import { settingsFromEnvironment } from '../../config/settings.js';
import { loadConfig } from '../../server/load-config.js';
import { startStdio } from '../../server/stdio-service.js';
import { onUncaught } from '../../server/uncaught.js';
import { runAction } from '../run-action.js';
import { stopWithParent } from '../stop-with-parent.js';

/** From the very start, so that no signal leaves the embedded database without its service; a second one cuts nothing off. */
const signalled = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
});

/** @param output the real standard output, which nothing else may write to */
export function serveStdio(output: NodeJS.WriteStream): Promise<never> {
  stopWithParent();
  return runAction(async () => {
    const config = await loadConfig();
    const settings = settingsFromEnvironment([], config);
    const service = await startStdio(settings, { input: process.stdin, output }, config);
    const uncaught = new Promise<number>((resolve) => onUncaught(service.app, () => resolve(1)));
    const code = await Promise.race([service.ended, signalled, uncaught]);
    await service.stop();
    return code;
  });
}
