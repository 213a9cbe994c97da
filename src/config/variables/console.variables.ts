import { consoleLinks } from '../console-links.js';
import { choice } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** The console for people. */
export const consoleVariables = {
  CONSOLE: withDefault(choice('on', 'off'), 'on', {
    description:
      'Whether [the console](console.md) is served at `/console`. With `off`, its addresses answer 404, and the pages to sign in stay.',
    example: 'off',
  }),
  CONSOLE_LINKS: optional(consoleLinks, {
    description:
      "Links of your own in the console's menu of the person, such as to a handbook or to whoever helps. They stand in the page of the console, which everybody may open who reaches the service.",
    example: 'Handbook=https://wiki.example.com/bouncer,Status=/status',
    otherwise: 'the menu has none',
  }),
};
