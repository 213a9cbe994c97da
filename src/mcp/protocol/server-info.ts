import type { ServerCapabilities } from '@modelcontextprotocol/server';

export const SERVER_INSTRUCTIONS =
  'Every call acts for the owner of the API key. The lists show what this key may use; whoami says more. ' +
  'A refusal names the missing scope, or how many seconds to wait.';

/**
 * Returns the capabilities of the server. Kinds without any handler have empty lists.
 * @param canNotify whether the client can be notified of changes; one of an older revision without a session cannot
 */
export const capabilities = (canNotify: boolean): ServerCapabilities => ({
  tools: { listChanged: canNotify },
  resources: { listChanged: canNotify, subscribe: canNotify },
  prompts: { listChanged: canNotify },
  completions: {},
  logging: {},
});
