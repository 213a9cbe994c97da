import { VERSION } from '../config/version.js';

/** How the service presents itself to MCP clients. */
export const SERVER_INFO = { name: 'bouncer', title: 'Bouncer', version: VERSION };

export const SERVER_INSTRUCTIONS =
  'Every call acts for the owner of the API key. tools/list shows what this key may call; whoami says more. ' +
  'A refusal names the missing scope, or how many seconds to wait.';
