import type { ServerCapabilities } from '@modelcontextprotocol/server';

export const SERVER_INSTRUCTIONS =
  'Every call acts for the owner of the API key. The lists show what this key may use; whoami says more. ' +
  'A refusal names the missing scope, or how many seconds to wait.';

/**
 * What a client may ask for. The kinds of which there is no handler have empty lists.
 * @param lasting whether a client can be told of a change: an older one without a session cannot
 */
export const capabilities = (lasting: boolean): ServerCapabilities => ({
  tools: { listChanged: lasting },
  resources: { listChanged: lasting, subscribe: lasting },
  prompts: { listChanged: lasting },
  completions: {},
  logging: {},
});
