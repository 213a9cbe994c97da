// A company's folder, in which commands run as a person types them.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Without what npm sets for the scripts of this repository. */
const baseEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_|^INIT_CWD$/.test(name)),
);

/** How long a command may take to print what is waited for. */
const LIMIT_MS = 90_000;

export class Project {
  constructor(folder, dataDir) {
    this.folder = folder;
    this.env = { ...baseEnv, PORT: '0', DATA_DIR: dataDir };
  }

  /** Runs a command line to its end. @returns its output and its exit code */
  async run(line) {
    const command = this.start(line);
    const code = await command.ended;
    return { code, output: command.output };
  }

  /** Runs a command line that must succeed. @returns its output */
  async must(line) {
    const { code, output } = await this.run(line);
    if (code !== 0) throw new Error(`${line} ended with ${code}:\n${output}`);
    return output;
  }

  /** The shell becomes the command, so that signals reach it. */
  start(line) {
    return new Running(
      line,
      spawn('sh', ['-c', `exec ${line}`], {
        cwd: this.folder,
        env: this.env,
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  read(file) {
    return readFileSync(join(this.folder, file), 'utf8');
  }
}

class Running {
  output = '';

  constructor(line, child) {
    this.line = line;
    this.child = child;
    this.listeners = new Set();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.output += text;
        for (const listener of this.listeners) listener();
      });
    }
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  /** Waits until the output has so many matches of `pattern`. @returns the last match */
  prints(pattern, times = 1) {
    return new Promise((resolve, reject) => {
      const inVain = () => reject(new Error(`${this.line} was waited for in vain:\n${this.output}`));
      setTimeout(inVain, LIMIT_MS).unref();
      const look = () => {
        const matches = [...this.output.matchAll(pattern)];
        if (matches.length < times) return;
        this.listeners.delete(look);
        resolve(matches.at(-1));
      };
      this.listeners.add(look);
      void this.ended.then(() => reject(new Error(`${this.line} has ended:\n${this.output}`)));
      look();
    });
  }

  stop() {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}
