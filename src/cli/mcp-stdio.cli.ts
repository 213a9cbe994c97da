import { protocolOutput } from './protocol-output.js';
import { settingsFromEnvironment } from '../config/settings.js';
import { startStdio } from '../server/stdio-service.js';
import { onUncaught } from '../server/uncaught.js';
import { runCommand } from './with-service.js';

/** From the very start, so that no signal leaves the embedded database without its service; a second one cuts nothing off. */
const signalled = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
});

runCommand(async () => {
  const service = await startStdio(settingsFromEnvironment(), {
    input: process.stdin,
    output: protocolOutput,
  });
  const uncaught = new Promise<number>((resolve) => onUncaught(service.app, () => resolve(1)));
  const code = await Promise.race([service.ended, signalled, uncaught]);
  await service.stop();
  return code;
});
