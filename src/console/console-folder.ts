import { fileURLToPath } from 'node:url';

/** Where the build of the console is, seen from the sources as from what is compiled of them. */
export const CONSOLE_FOLDER = fileURLToPath(new URL('../../dist/console-app/', import.meta.url));
