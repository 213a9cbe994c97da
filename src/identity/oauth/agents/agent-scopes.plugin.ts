import type { BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware } from 'better-auth/api';
import { type AgentBounds, boundsOf, CHAIN_OF, type ChainLink } from '../../../users/agent-chain.js';
import type { PluginParts } from '../../auth/plugin-parts.js';
import { type ClientMembers, namedClient } from '../named-client.js';
import { lackingIn } from './acting-agent.js';

interface Body extends ClientMembers {
  grant_type?: unknown;
  scope?: unknown;
}

interface Row {
  scopes: readonly string[];
  chain: readonly ChainLink[];
}

const FIND = `
  SELECT c.client_credentials_scopes AS scopes, ${CHAIN_OF('c.agent_id')} AS chain
  FROM oauth_clients c JOIN agents a ON a.id = c.agent_id
  WHERE c.client_id = $1 AND c.client_credentials_scopes IS NOT NULL`;

/**
 * Says for a client that acts for its agent and names no scopes which it gets: those of the client that the agent holds now. The library
 * would take all of the client.
 */
export const agentScopes = ({ dataSource }: Pick<PluginParts, 'dataSource'>): BetterAuthPlugin => ({
  id: 'agent-scopes',
  hooks: {
    before: [
      {
        matcher: ({ path }) => path === '/oauth2/token',
        handler: createAuthMiddleware(async ({ body, headers }) => {
          const asked = body as Body | undefined;
          if (asked?.grant_type !== 'client_credentials' || asked.scope !== undefined) return;
          const clientId = namedClient(headers?.get('authorization'), asked);
          const [row] = await dataSource.query<Row[]>(FIND, [clientId ?? null]);
          const held = row && heldOf(boundsOf(row.chain), row.scopes);
          if (held?.length) asked.scope = held.join(' ');
        }),
      },
    ],
  },
});

function heldOf(bounds: AgentBounds, scopes: readonly string[]): string[] {
  const lacking = lackingIn(bounds, scopes);
  return scopes.filter((scope) => !lacking.includes(scope));
}
