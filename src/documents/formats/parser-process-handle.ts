import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExtractedText } from './extracted-text.js';
import { MAX_HEAP_MB, MAX_RSS_BYTES, type ParseAnswer, type ParseRequest } from './parser-messages.js';
import { UnusableFile } from './unusable-file.js';

/** The compiled file, for specs too. */
const ENTRY = fileURLToPath(new URL('../../../dist/documents/formats/parser-process.js', import.meta.url));

/** A process that held so much after a file is not given another one. */
const MAX_RSS_BETWEEN = MAX_RSS_BYTES / 2;

/**
 * A process that reads one file at a time. It gets no variable of the environment, and so no secret. It cannot write files,
 * start programs, load native code or run text as code.
 */
export class ParserProcess {
  private readonly child: ChildProcess;
  private ended = false;
  private rss = 0;

  constructor() {
    this.child = fork(ENTRY, [], {
      execArgv: [
        `--max-old-space-size=${MAX_HEAP_MB}`,
        '--disallow-code-generation-from-strings',
        ...sandbox(),
      ],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.once('exit', () => (this.ended = true));
    this.child.on('error', () => (this.ended = true));
    this.rest();
  }

  /** Whether it may read another file. */
  get isUsable(): boolean {
    return !this.ended && this.rss < MAX_RSS_BETWEEN;
  }

  /** @throws UnusableFile */
  async parse(request: ParseRequest, timeoutMs: number): Promise<ExtractedText> {
    this.child.ref();
    this.child.channel?.ref();
    try {
      const { text, unusable, rss } = await this.answer(request, timeoutMs);
      this.rss = rss;
      if (text === undefined) throw new UnusableFile(unusable ?? 'cannot be read');
      return text;
    } finally {
      this.rest();
    }
  }

  kill(): void {
    this.ended = true;
    this.child.kill('SIGKILL');
  }

  private answer(request: ParseRequest, timeoutMs: number): Promise<ParseAnswer> {
    const { child } = this;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit).off('error', reject);
        act();
      };
      const onMessage = (answer: ParseAnswer) => settle(() => resolve(answer));
      const onExit = (_code: number | null, signal: NodeJS.Signals | null) =>
        settle(() => reject(new UnusableFile(reasonOfEnd(signal))));
      const timer = setTimeout(() => {
        settle(() => reject(new UnusableFile(`takes more than ${timeoutMs / 1000} seconds to read`)));
        this.kill();
      }, timeoutMs);
      child.on('message', onMessage).on('exit', onExit).on('error', reject);
      child.send(request, (error) => error && !this.ended && settle(() => reject(error)));
    });
  }

  /** An idle process keeps nobody's process alive. */
  private rest(): void {
    this.child.unref();
    this.child.channel?.unref();
  }
}

/** V8 aborts a process whose heap is full, and the watch kills one that holds too much otherwise. */
const reasonOfEnd = (signal: NodeJS.Signals | null): string =>
  signal === 'SIGKILL' || signal === 'SIGABRT'
    ? 'needs too much memory to read'
    : 'is damaged: it ended the process that read it';

/** The permissions of Node, by the name that its version has for them. */
function sandbox(): string[] {
  const known = ['--permission', '--experimental-permission'];
  const permission = known.find((flag) => process.allowedNodeEnvironmentFlags.has(flag));
  return permission ? [permission, '--allow-fs-read=*', '--allow-worker', '--no-addons'] : ['--no-addons'];
}
