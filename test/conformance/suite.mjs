import { join } from 'node:path';
import { installPackages } from '../support/installed-packages.mjs';

const PACKAGE = '@modelcontextprotocol/conformance';
const VERSION = '0.2.0-alpha.12';

/** Fetches the suite once. @returns {{ node: string, suite: string }} */
export function installSuite(folder) {
  const { node, modules } = installPackages(folder, [`${PACKAGE}@${VERSION}`]);
  return { node, suite: join(modules, PACKAGE, 'dist/index.js') };
}
