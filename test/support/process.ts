import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
/** The option of `npm start`, whose start creates many long-lived objects. */
const SEMI_SPACE = '--max-semi-space-size=16';

export interface ProcessOptions {
  env?: Record<string, string>;
  args?: string[];
  /** The arguments for Node. */
  node?: string[];
  /** A command that replaces itself with the program, such as `['unshare', '-n']`. */
  through?: string[];
  /** The working directory, which is the repository by default. */
  cwd?: string;
  uid?: number;
  gid?: number;
}

/** The processes of this spec file that still run. */
const running = new Set<Command>();
// A failed spec does not reach the statement that stops its processes.
afterAll(async () => {
  for (const command of running) await command.stop('SIGKILL');
});

/** Runs a command of the compiled program as a process of its own. */
export class Command {
  output = '';
  private readonly ended: Promise<unknown>;

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    running.add(this);
    this.ended = once(child, 'close').finally(() => running.delete(this));
  }

  /** @param script the path below `dist`, such as `server/main.js` */
  static run(
    script: string,
    { env = {}, args = [], node = [], through = [], cwd = ROOT, uid, gid }: ProcessOptions = {},
  ): Command {
    const ownFolder = mkdtempSync(join(tmpdir(), 'bouncer-command-'));
    const words = [...through, process.execPath, SEMI_SPACE, ...node, resolve(ROOT, 'dist', script), ...args];
    const child = spawn(words[0]!, words.slice(1), {
      cwd,
      env: { PATH: process.env.PATH ?? '', PORT: '0', DATA_DIR: ownFolder, ...env },
      ...(uid !== undefined && { uid, gid }),
    });
    child.once('close', () => rmSync(ownFolder, { recursive: true, force: true }));
    return new Command(child);
  }

  /** Waits for the end. @returns the exit code */
  async end(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  /** Waits until the output matches `pattern`, and returns its first group or the whole match. */
  async prints(pattern: RegExp): Promise<string> {
    const deadline = Date.now() + 25_000;
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match[1] ?? match[0];
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`Waited in vain for ${String(pattern)} in:\n${this.output}`);
      }
      await new Promise((wake) => setTimeout(wake, 25));
    }
  }

  /** Sends a signal and waits for the end. @returns the exit code */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.end();
  }
}

/** Starts the service as `npm start` does, without npm, and waits until it serves. */
export async function startProcess(options: ProcessOptions): Promise<{ command: Command; url: string }> {
  const command = Command.run('server/main.js', options);
  try {
    const url = await command.prints(/Bouncer serves (http:\S+)\/mcp/);
    return { command, url };
  } catch (error) {
    await command.stop('SIGKILL');
    throw error;
  }
}
