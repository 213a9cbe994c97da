import { choice } from '../value-schemas.js';
import { withDefault } from '../variable.js';

/** The console for people. */
export const consoleVariables = {
  CONSOLE: withDefault(choice('on', 'off'), 'on', {
    description:
      'Whether [the console](console.md) is served at `/console`. With `off`, its addresses answer 404, and the pages to sign in stay.',
    example: 'off',
  }),
};
