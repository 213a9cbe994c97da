import { join } from 'node:path';
import { installPackages } from '../support/installed-packages.mjs';

const PACKAGE = '@modelcontextprotocol/conformance';

/** Fetches a release of the suite once. @returns {{ node: string, suite: string }} */
export function installSuite(folder, version) {
  const { node, modules } = installPackages(folder, [`${PACKAGE}@${version}`]);
  return { node, suite: join(modules, PACKAGE, 'dist/index.js') };
}
