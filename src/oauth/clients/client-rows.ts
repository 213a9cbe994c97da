import type { EntityManager } from 'typeorm';
import type { ClientState } from './client-decisions.js';
import { ORIGIN } from './client-origins.js';
import type { OAuthClientView } from './client.schema.js';

/** A client as lists read it. The id is that of its place in the list: of the decision, or of the client that has none. */
export type ClientRow = OAuthClientView & { id: string };

export interface ClientFilter {
  organizationId: string;
  /** Whether clients are among them that registered and that no organisation was asked about. */
  withUnasked: boolean;
  /** The state of a client that the organisation has not decided about. */
  undecided: ClientState;
  clientId?: string | undefined;
  before?: string | undefined;
  limit: number;
}

/** What was approved ahead is known by its decision alone, and comes by a document. */
const SELECT = `
  SELECT coalesce(d.id, c.id) AS id, coalesce(c.client_id, d.client_id) AS "clientId", c.name,
         CASE WHEN c.disabled THEN 'blocked' ELSE coalesce(d.state, $3) END AS state,
         CASE WHEN c.id IS NULL THEN 'document' ELSE ${ORIGIN} END AS origin,
         coalesce(c.redirect_uris, '[]') AS "redirectUris", coalesce(c.grant_types, '[]') AS "grantTypes",
         c.token_endpoint_auth_method AS "tokenEndpointAuthMethod", c.agent_id AS "agentId",
         c.created_at AS "createdAt", d.decided_at AS "decidedAt", d.decided_by AS "decidedBy",
         (SELECT max(g.last_used_at) FROM oauth_consents g
          WHERE g.client_id = c.client_id AND g.reference_id = $1::text) AS "lastUsedAt"
  FROM oauth_clients c
  FULL JOIN (SELECT * FROM oauth_client_decisions WHERE organization_id = $1::uuid) AS d ON d.client_id = c.client_id
  WHERE (
      d.id IS NOT NULL
      OR ($2 AND c.reference_id IS NULL
          AND NOT EXISTS (SELECT FROM oauth_client_decisions o WHERE o.client_id = c.client_id))
    )
    AND ($4::text IS NULL OR $4 IN (c.client_id, d.client_id))
    AND ($5::uuid IS NULL OR coalesce(d.id, c.id) < $5)
  ORDER BY coalesce(d.id, c.id) DESC LIMIT $6`;

/** Reads the clients that an organisation was asked about, newest first. */
export const clientsOf = (manager: EntityManager, filter: ClientFilter): Promise<ClientRow[]> =>
  manager.query<ClientRow[]>(SELECT, [
    filter.organizationId,
    filter.withUnasked,
    filter.undecided,
    filter.clientId ?? null,
    filter.before ?? null,
    filter.limit,
  ]);
