import { spawn } from 'node:child_process';
import { environmentOfChild, nodeOptions } from '../config/process-environment.js';

/** V8 takes it at its start only, so that a process cannot give it to itself (decision 0012). */
const FLAG = '--max-semi-space-size';
const MEBIBYTES = 16;

/** Whether this process was started with a size for the young generation, by its arguments or by NODE_OPTIONS. */
export const hasSizedYoungGeneration = (): boolean =>
  [...process.execArgv, ...nodeOptions()].some((word) => word.replaceAll('_', '-').startsWith(FLAG));

/** Runs the same command line in a child that has the flag, passes signals on to it and ends as it ends. */
export function restartWithSizedYoungGeneration(): Promise<never> {
  const words = [...process.execArgv, `${FLAG}=${MEBIBYTES}`, ...process.argv.slice(1)];
  const child = spawn(process.execPath, words, { stdio: 'inherit', env: environmentOfChild() });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void child.kill(signal));
  }
  return new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => process.exit(code ?? 1));
  });
}
