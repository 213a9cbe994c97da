// Another state of this project, built in a folder that is thrown away.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM'];

export class OtherBuild {
  /** @param ref what git knows it by; ends the process where it does not @throws what git, npm or the compiler says, where it cannot be had */
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
      // What the tool of the bench needs is in the folder of the service as well.
      this.#link('bench');
      this.#run('npm', 'run', '--silent', 'build');
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** What serves the tool of the bench with it. */
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

  /** Takes over what is installed here. @returns whether that is what it asks for */
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
