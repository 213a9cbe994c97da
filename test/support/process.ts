import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
/** The option of `npm start`, whose start creates many long-lived objects. */
const SEMI_SPACE = '--max-semi-space-size=16';

/** A process prints what it is waited for sooner, also on a busy machine. */
const PRINT_MS = 50_000;
// A start takes seconds of processor time, of which a busy machine has few.
jest.setTimeout(60_000);

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
  /** Says `news` when there is output, or the end. */
  private readonly news = new EventEmitter();

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.news.emit('news');
      });
    }
    running.add(this);
    this.ended = once(child, 'close').finally(() => {
      running.delete(this);
      this.news.emit('news');
    });
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
    const signal = AbortSignal.timeout(PRINT_MS);
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match[1] ?? match[0];
      if (this.hasEnded || signal.aborted)
        throw new Error(`Waited in vain for ${String(pattern)} in:\n${this.output}`);
      await once(this.news, 'news', { signal }).catch(() => undefined);
    }
  }

  private get hasEnded(): boolean {
    return !running.has(this);
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
