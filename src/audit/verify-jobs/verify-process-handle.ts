import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environmentOfConnections } from '../../config/process-environment.js';
import type { VerifyReport } from '../verify/verify-audit.js';
import type { VerifyProgress } from '../verify/verify-progress.js';
import type { VerifyAnswer, VerifyRequest } from './verify-messages.js';

/** The compiled file, for specs too. */
const ENTRY = fileURLToPath(new URL('../../../dist/audit/verify-jobs/verify-process.js', import.meta.url));
const MAX_HEAP_MB = 256;

/** Is a process that verifies the audit once, so that calls are as fast as without. It ends with this process. */
export class VerifyProcess {
  private readonly child: ChildProcess;

  constructor() {
    this.child = fork(ENTRY, [], {
      execArgv: [`--max-old-space-size=${MAX_HEAP_MB}`],
      env: environmentOfConnections(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
  }

  /** @throws Error why the audit could not be verified, or that the process was killed */
  verify(request: VerifyRequest, progress: (now: VerifyProgress) => void): Promise<VerifyReport> {
    const { child } = this;
    return new Promise<VerifyReport>((resolve, reject) => {
      child.on('message', (answer: VerifyAnswer) => {
        if ('progress' in answer) progress(answer.progress);
        else if ('report' in answer) resolve(answer.report);
        else reject(new Error(answer.problem));
      });
      child.once('exit', (code, signal) =>
        reject(new Error(`The process that verified the audit ended (${signal ?? code})`)),
      );
      child.once('error', reject);
      child.send(request, (error) => error && reject(error));
    }).finally(() => this.kill());
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
