import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import {
  assertAdmin,
  assertScopes,
  assertServiceAdmin,
  insufficientScope,
} from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import type { Requester } from '../../access/requester.js';
import { agentMayHold } from '../../access/roles.js';
import { scopeCovers } from '../../access/scopes.js';
import { newId } from '../../common/new-id.js';
import { afterId, type Page, pageOf, type PageQuery } from '../../database/page.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { conflict, notFound, validationFailed } from '../../errors/service-error.js';
import { agentBounds } from '../../users/agent-chain.js';
import { type Change, CallerChanges } from '../../users/caller-changes.js';
import { ClientDecisions } from './client-decisions.js';
import { assertDocument, clientToMake } from './client-rules.js';
import { type ClientRow, clientsOf } from './client-rows.js';
import { makeClientSecret } from './client-secret.js';
import type { MadeClient, OAuthClientView } from './client.schema.js';
import type { CreateClientDto } from './dto/create-client.dto.js';
import type { Decision } from './dto/decide-client.dto.js';
import { isNative } from '../redirect-uris.js';

const DECIDES = 'decides about OAuth clients';

const DECIDE = `
  INSERT INTO oauth_client_decisions (id, organization_id, client_id, state, decided_by, decided_at)
  VALUES ($1, $2, $3, $4, $5, now())
  ON CONFLICT (organization_id, client_id)
    DO UPDATE SET state = EXCLUDED.state, decided_by = EXCLUDED.decided_by, decided_at = EXCLUDED.decided_at`;

const INSERT = `
  INSERT INTO oauth_clients (id, client_id, client_secret, name, redirect_uris, token_endpoint_auth_method, application_type,
    jwks, grant_types, response_types, require_pkce, reference_id, agent_id, client_credentials_scopes,
    created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, true, $11, $12, $13, now(), now())`;

/**
 * Lets administrators decide which clients come in. A decision is of one organisation. What a client may do is what people agree to,
 * or for the client of an agent what the agent may do.
 */
@Injectable()
export class ClientsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly decisions: ClientDecisions,
  ) {}

  /** @throws insufficientScope without `clients:read`, forbidden for who is no administrator */
  async list(caller: Caller, query: PageQuery): Promise<Page<ClientRow>> {
    assertScopes(caller, 'clients:read');
    assertAdmin(caller, 'sees OAuth clients');
    const limit = query.limit ?? 50;
    return pageOf(
      await this.visibleTo(this.dataSource.manager, caller, {
        before: afterId(query.cursor),
        limit: limit + 1,
      }),
      limit,
    );
  }

  /** @throws notFound, and as {@link list} */
  async get(caller: Caller, clientId: string): Promise<ClientRow> {
    assertScopes(caller, 'clients:read');
    assertAdmin(caller, 'sees OAuth clients');
    return this.find(this.dataSource.manager, caller, clientId);
  }

  /**
   * Approves or blocks a client for the caller's organisation.
   * @throws notFound for a client that the organisation was not asked about, forbidden, and the refusal of a caller who is no
   * longer valid
   */
  async decide(
    by: Requester,
    clientId: string,
    state: Decision,
    alongside: InTransaction<ClientRow>,
  ): Promise<void> {
    await this.changes.transact(by, {}, async (change) => {
      assertAdmin(change.caller, DECIDES);
      const client = await this.find(change.manager, change.caller, clientId);
      await decide(change, clientId, state);
      await alongside(change.manager, client);
    });
  }

  /** Makes a client, or approves a metadata document ahead. @throws validationFailed, notFound for the agent, and as {@link decide} */
  async create(
    by: Requester,
    input: CreateClientDto,
    alongside: InTransaction<MadeClient>,
  ): Promise<MadeClient> {
    if (input.clientId === undefined) return this.make(by, input, alongside);
    assertDocument(input);
    const { clientId } = input;
    return this.changes.transact(by, {}, async (change) => {
      assertAdmin(change.caller, DECIDES);
      const made = { clientId, clientSecret: null, state: 'approved' as const };
      await decide(change, clientId, 'approved');
      await alongside(change.manager, made);
      return made;
    });
  }

  /** Ends a client in all organisations, with its grants and its tokens. @throws notFound, forbidden */
  async remove(by: Requester, clientId: string, alongside: InTransaction<string>): Promise<void> {
    await this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertServiceAdmin(caller, 'removes OAuth clients');
      const [, clients] = await manager.query<[unknown, number]>(
        'DELETE FROM oauth_clients WHERE client_id = $1',
        [clientId],
      );
      const [, decisions] = await manager.query<[unknown, number]>(
        'DELETE FROM oauth_client_decisions WHERE client_id = $1',
        [clientId],
      );
      if (clients + decisions === 0) throw notFound('Client');
      await alongside(manager, clientId);
    });
  }

  private make(
    by: Requester,
    input: CreateClientDto,
    alongside: InTransaction<MadeClient>,
  ): Promise<MadeClient> {
    const { name, redirectUris, method, grantTypes, jwks } = clientToMake(input);
    const agentId = input.agentId?.toLowerCase();
    const { secret, stored } =
      method === 'client_secret_basic' ? makeClientSecret() : { secret: null, stored: null };
    const isOfPeople = grantTypes.includes('authorization_code');
    return this.changes.transact(by, agentId === undefined ? {} : { userIds: [agentId] }, async (change) => {
      assertAdmin(change.caller, DECIDES);
      const scopes =
        agentId === undefined ? null : await scopesOf(change, agentId, input.clientCredentialsScopes);
      const clientId = newId();
      const lists = [
        grantTypes,
        isOfPeople ? ['code'] : [],
        change.caller.organizationId,
        agentId ?? null,
        scopes,
      ];
      const values = [
        newId(),
        clientId,
        stored,
        name,
        redirectUris,
        method,
        isNative(redirectUris) ? 'native' : 'web',
        jwks,
      ];
      await change.manager.query(
        INSERT,
        [...values, ...lists].map((value) => (Array.isArray(value) ? JSON.stringify(value) : value)),
      );
      await decide(change, clientId, 'approved');
      const made = { clientId, clientSecret: secret, state: 'approved' as const };
      await alongside(change.manager, made);
      return made;
    });
  }

  private async find(manager: EntityManager, caller: Caller, clientId: string): Promise<ClientRow> {
    const [row] = await this.visibleTo(manager, caller, { clientId, limit: 1 });
    if (!row) throw notFound('Client');
    return row;
  }

  private visibleTo(
    manager: EntityManager,
    { organizationId }: Caller,
    filter: { clientId?: string; before?: string | undefined; limit: number },
  ): Promise<ClientRow[]> {
    const withUnasked = organizationId === DEFAULT_ORGANIZATION;
    return clientsOf(manager, {
      organizationId,
      withUnasked,
      undecided: this.decisions.undecided,
      ...filter,
    });
  }
}

/** A column that is added later is not shown until it is named here. */
export const toClientView = (row: ClientRow): OAuthClientView => ({
  clientId: row.clientId,
  name: row.name,
  state: row.state,
  origin: row.origin,
  redirectUris: row.redirectUris,
  grantTypes: row.grantTypes,
  tokenEndpointAuthMethod: row.tokenEndpointAuthMethod,
  agentId: row.agentId,
  createdAt: row.createdAt,
  decidedAt: row.decidedAt,
  decidedBy: row.decidedBy,
  lastUsedAt: row.lastUsedAt,
});

const decide = ({ manager, caller }: Change, clientId: string, state: Decision): Promise<unknown> =>
  manager.query(DECIDE, [newId(), caller.organizationId, clientId, state, caller.userId]);

/**
 * Returns what the client of an agent gets. Whoever makes it gets what it can do, so the caller has those scopes.
 * @throws notFound, conflict for an agent that was retired, validationFailed, insufficientScope
 */
async function scopesOf(
  { manager, caller, users }: Change,
  agentId: string,
  asked: readonly string[] | undefined,
): Promise<string[]> {
  const bounds = users.get(agentId)?.kind === 'agent' ? await agentBounds(manager, agentId) : undefined;
  if (!bounds) throw notFound('Agent');
  if (bounds.isRetired) throw conflict('The agent was retired');
  const [own = []] = bounds.within;
  const scopes = asked ?? own.filter(agentMayHold);
  const beyond = scopes.filter(
    (scope) => !agentMayHold(scope) || !own.some((held) => scopeCovers(held, scope)),
  );
  if (beyond.length > 0)
    throw validationFailed([`clientCredentialsScopes: the agent does not hold: ${beyond.join(', ')}`]);
  const lacking = caller.scopes.missing(own.filter(agentMayHold));
  if (lacking.length > 0) throw insufficientScope(lacking);
  return [...scopes];
}
