/** Where the console is. Its build knows this path, too: the setting `base` of its `vite.config.ts`. */
export const CONSOLE_PATH = '/console';
