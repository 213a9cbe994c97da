import { protocolOutput } from './protocol-output.js';
import { Logger } from '@nestjs/common';
import { settingsFromEnvironment } from '../config/settings.js';
import { startStdio } from '../stdio.js';
import { runCommand } from './with-service.js';

/** From the very start, so that no signal leaves the embedded database without its service; a second one cuts nothing off. */
const signalled = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
});

/** What is wrong after an error that nobody caught is not known: the process ends, but not without its audit rows. */
const uncaught = () =>
  new Promise<number>((resolve) =>
    process.on('uncaughtException', (error) => {
      new Logger('Bouncer').error(`nobody caught this error: ${error?.stack ?? String(error)}`);
      resolve(1);
    }),
  );

runCommand(async () => {
  const service = await startStdio(settingsFromEnvironment(), {
    input: process.stdin,
    output: protocolOutput,
  });
  const code = await Promise.race([service.ended, signalled, uncaught()]);
  await service.stop();
  return code;
});
