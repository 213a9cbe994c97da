import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Command, type ProcessOptions } from './process.js';

const ROOT = resolve(__dirname, '../..');
/** The packages that a project has besides Bouncer. */
const PACKAGES = [
  '@nestjs',
  '@types',
  'class-transformer',
  'class-validator',
  'fastify',
  'pg',
  'reflect-metadata',
];
const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    module: 'NodeNext',
    rootDir: '.',
    outDir: 'dist',
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    types: ['node'],
  },
  exclude: ['dist'],
};

/** Makes a company's project that depends on the built package, in a folder of its own. */
export class TestProject {
  private constructor(readonly folder: string) {}

  /** @param files texts by their path in the project */
  static async make(files: Record<string, string>): Promise<TestProject> {
    const project = new TestProject(await mkdtemp(join(tmpdir(), 'bouncer-project-')));
    await mkdir(join(project.folder, 'node_modules'));
    await symlink(ROOT, join(project.folder, 'node_modules/bouncer-mcp'));
    for (const name of [...PACKAGES, 'rxjs', 'typeorm', 'zod'])
      await symlink(join(ROOT, 'node_modules', name), join(project.folder, 'node_modules', name));
    await project.write('package.json', JSON.stringify({ type: 'module', private: true }));
    await project.write('tsconfig.json', JSON.stringify(TSCONFIG));
    for (const [path, text] of Object.entries(files)) await project.write(path, text);
    return project;
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), 'utf8');
  }

  list(path: string): Promise<string[]> {
    return readdir(join(this.folder, path));
  }

  /** Compiles the project. @returns the output of the compiler, which is empty without errors */
  async build(): Promise<string> {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    return promisify(execFile)(process.execPath, [compiler], { cwd: this.folder }).then(
      ({ stdout }) => stdout,
      ({ stdout }: { stdout: string }) => stdout,
    );
  }

  /** Runs a command of the package in the project's folder until it ends. */
  async bouncer(env: Record<string, string>, ...args: string[]): Promise<[number | null, string]> {
    const command = this.start('cli/bouncer.js', { env, args });
    return [await command.end(), command.output];
  }

  start(script: string, options: ProcessOptions = {}): Command {
    return Command.run(script, { cwd: this.folder, ...options });
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
