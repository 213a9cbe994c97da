import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputOptions, printResult } from '../print-result.js';
import { packageRoot, projectManifest } from './project-manifest.js';

const TEMPLATE = fileURLToPath(new URL('template/', packageRoot));
/** npm leaves files of these names out of a package, or reads them itself. */
const DOTFILES = new Set(['gitignore', 'dockerignore']);

interface NewProjectOptions extends OutputOptions {
  /** The version of this package to depend on, as npm takes it. */
  bouncer?: string;
}

/** Writes a project into a folder that is empty, or not there yet. */
export async function newProject(to: string, { bouncer, json }: NewProjectOptions): Promise<void> {
  const folder = resolve(to);
  const name = basename(folder);
  if ((await filesIn(folder)).length > 0)
    throw new Error(`${to} is not empty: name a folder that is not there yet`);
  const files = new Map([['package.json', await projectManifest(name, folder, bouncer)]]);
  for (const path of await readdir(TEMPLATE, { recursive: true, withFileTypes: true })) {
    if (!path.isFile()) continue;
    const source = join(path.parentPath, path.name);
    const target = DOTFILES.has(path.name) ? `.${path.name}` : relative(TEMPLATE, source);
    files.set(target, (await readFile(source, 'utf8')).replaceAll('{{name}}', name));
  }
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  const names = [...files.keys()].map((file) => file.split(sep).join('/')).sort();
  printResult({ json }, { folder, name, files: names }, nextSteps(to, name, names.length));
}

/** The names in a folder; none where it is not there. @throws where it is a file */
async function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

const nextSteps = (
  folder: string,
  name: string,
  files: number,
): string => `Made ${name}: ${files} files in ${folder}

Next:
  cd ${folder}
  npm install
  npm start        serves, and prints the key of the first admin
  npm test         runs the specs
  npm run dev      serves, and starts anew at every change

bouncer.config.ts says what the project adds; src/invoices is a module to copy from.`;
