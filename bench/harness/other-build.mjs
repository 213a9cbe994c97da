// Builds another commit of this project in a temporary folder.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM'];

export class OtherBuild {
  /**
   * @param ref a name that git knows; for an unknown one the process ends
   * @throws Error of git, npm or the compiler when the build fails
   */
  constructor(ref) {
    this.commit = commitOf(ref);
    this.parent = mkdtempSync(join(tmpdir(), 'bouncer-against-'));
    this.folder = join(this.parent, 'build');
    this.onSignal = () => {
      this.remove();
      process.exit(1);
    };
    for (const signal of SIGNALS) process.once(signal, this.onSignal);
    try {
      git('worktree', 'add', '--detach', '--quiet', this.folder, this.commit);
      if (!this.#link('.')) this.#run('npm', 'ci', '--no-audit', '--no-fund');
      // The bench needs its own dependencies in that folder as well.
      this.#link('bench');
      this.#run('npm', 'run', '--silent', 'build');
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** The script that serves the bench's tool with that build. */
  get script() {
    return [join(this.folder, 'bench', 'ours', 'serve.mjs')];
  }

  remove() {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
    if (existsSync(this.folder)) git('worktree', 'remove', '--force', this.folder);
    rmSync(this.parent, { recursive: true, force: true });
  }

  #run(command, ...args) {
    execFileSync(command, args, { cwd: this.folder, stdio: ['ignore', 'inherit', 'inherit'] });
  }

  /** Links the dependencies that are installed here. @returns whether both builds need the same ones */
  #link(folder) {
    const [here, there] = [root, this.folder].map((where) => join(where, folder, 'package-lock.json'));
    const installed = join(root, folder, 'node_modules');
    const isSame = existsSync(installed) && existsSync(there) && read(here) === read(there);
    if (isSame) symlinkSync(installed, join(this.folder, folder, 'node_modules'));
    return isSame;
  }
}

function commitOf(ref) {
  try {
    return git('rev-parse', '--verify', '--quiet', '--short', `${ref}^{commit}`);
  } catch {
    console.error(`--against ${ref}: git knows no such commit`);
    return process.exit(2);
  }
}

const read = (path) => readFileSync(path, 'utf8');

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
