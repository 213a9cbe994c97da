import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import { isAdministrator } from '../../access/roles.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { forbidden, notFound } from '../../errors/service-error.js';
import { CallerChanges } from '../../users/caller-changes.js';
import { membersById } from '../../users/member.js';
import { assertMayActFor } from '../../users/person-reach.js';
import { endGrant, type EndedGrant } from './end-grant.js';
import type { GrantView } from './grant.schema.js';

/** The most grants of one person that are listed, the latest first. */
const MAX_LISTED = 200;

const LIST = `
  SELECT g.id, g.user_id AS "userId", g.reference_id AS "organizationId", g.client_id AS "clientId", c.name AS "clientName",
         g.scopes, g.issuer, coalesce(g.issuer_scopes, '[]') AS "issuerScopes", g.created_at AS "createdAt", g.updated_at AS "updatedAt", g.last_used_at AS "lastUsedAt"
  FROM oauth_consents g JOIN oauth_clients c ON c.client_id = g.client_id
  WHERE g.user_id = $1 AND g.reference_id IS NOT NULL AND ($2::text IS NULL OR g.reference_id = $2)
  ORDER BY g.created_at DESC, g.id DESC LIMIT ${MAX_LISTED}`;

/**
 * Gives access to what people have let programs do: to a person's own, and for administrators to those in their organisation. A
 * session reaches those of all organisations of its person, as it could act in each.
 */
@Injectable()
export class GrantsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
  ) {}

  /** @throws insufficientScope without `grants:read`, forbidden and notFound for another user's */
  async list(caller: Caller, userId = caller.userId): Promise<GrantView[]> {
    assertScopes(caller, 'grants:read');
    await assertReaches(this.dataSource.manager, caller, userId);
    return this.dataSource.query<GrantView[]>(LIST, [userId, placeOf(caller, userId)]);
  }

  /**
   * Ends a grant: the client gets nothing by it any more, and its tokens are refused.
   * @throws notFound, also for another user's, and the refusal of a caller who is no longer valid
   */
  async end(
    by: Requester,
    id: string,
    userId: string | undefined,
    alongside: InTransaction<EndedGrant>,
  ): Promise<void> {
    await this.changes.transact(by, userId ? { userIds: [userId] } : {}, async ({ manager, caller }) => {
      const owner = userId ?? caller.userId;
      await assertReaches(manager, caller, owner);
      const ended = await endGrant(manager, { id, userId: owner, organizationId: placeOf(caller, owner) });
      if (!ended) throw notFound('Grant');
      await alongside(manager, ended);
    });
  }
}

/** Returns the organisation whose grants of a user a caller reaches, and `null` for those of all. */
const placeOf = ({ via, userId, organizationId }: Caller, owner: string): string | null =>
  via === 'session' && owner === userId ? null : organizationId;

async function assertReaches(manager: EntityManager, caller: Caller, owner: string): Promise<void> {
  const { role, userId, scopes, organizationId } = caller;
  if (owner === userId) return;
  if (!isAdministrator(role) || !scopes.allows('admin'))
    throw forbidden('Only an administrator reaches the grants of another user');
  const [member] = await membersById(manager, organizationId, [owner]);
  if (!member) throw notFound('User');
  assertMayActFor(caller, member);
}
