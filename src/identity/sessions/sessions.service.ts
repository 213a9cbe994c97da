import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { isAdministrator } from '../../access/roles.js';
import { assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { forbidden, notFound } from '../../errors/service-error.js';
import { membersById } from '../../users/member.js';
import { assertOwnsPerson, assertMayActFor } from '../../users/person-reach.js';
import { CallerChanges } from '../../users/caller-changes.js';
import { methodsIn } from '../second-factor/methods.js';
import { SessionRing } from './session-ring.js';
import type { SessionView } from './session.schema.js';

/** The most sessions of one user that are listed, the latest first. */
const MAX_LISTED = 200;

const LIST = `
  SELECT id, user_id AS "userId", created_at AS "createdAt", last_seen_at AS "lastSeenAt", expires_at AS "expiresAt",
         nullif(ip_address, '') AS ip, nullif(user_agent, '') AS "userAgent",
         signed_in_by AS "signedInBy"
  FROM sessions
  WHERE user_id = $1 AND expires_at > now() AND last_seen_at > now() - $2 * interval '1 millisecond'
  ORDER BY created_at DESC, id DESC LIMIT ${MAX_LISTED}`;

type ListedSession = Omit<SessionView, 'current' | 'signedInBy'> & { signedInBy: string };

/** Gives access to sessions on behalf of a caller: to a person's own, and for administrators to everybody's. */
@Injectable()
export class SessionsService {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly ring: SessionRing,
  ) {}

  /** @throws insufficientScope without `sessions:read`, forbidden for another user's */
  async list(caller: Caller, userId = caller.userId): Promise<SessionView[]> {
    assertScopes(caller, 'sessions:read');
    await assertReaches(this.dataSource.manager, caller, userId);
    const rows = await this.dataSource.query<ListedSession[]>(LIST, [userId, this.settings.identity.idleMs]);
    return rows.map((row) => ({
      ...row,
      current: row.id === caller.sessionId,
      signedInBy: methodsIn(row.signedInBy),
    }));
  }

  /** @throws notFound, also for another user's session, and the refusal of a caller who is no longer valid */
  async end(by: Requester, id: string, userId: string | undefined, alongside: InTransaction<string>) {
    await this.changes.transact(by, userId ? { userIds: [userId] } : {}, async ({ manager, caller }) => {
      const owner = userId ?? caller.userId;
      await assertReaches(manager, caller, owner);
      const [, ended] = await manager.query<[unknown, number]>(
        'DELETE FROM sessions WHERE id = $1 AND user_id = $2',
        [id, owner],
      );
      if (ended === 0) throw notFound('Session');
      await alongside(manager, id);
    });
    this.ring.forgetSession(id);
  }

  /** Ends all sessions but the one that asks. @returns their ids */
  async endOthers(by: Requester, userId: string | undefined, alongside: InTransaction<string[]>) {
    const ids = await this.changes.transact(
      by,
      userId ? { userIds: [userId] } : {},
      async ({ manager, caller }) => {
        const owner = userId ?? caller.userId;
        await assertReaches(manager, caller, owner);
        const [rows] = await manager.query<[{ id: string }[], number]>(
          'DELETE FROM sessions WHERE user_id = $1 AND id IS DISTINCT FROM $2 RETURNING id',
          [owner, caller.sessionId],
        );
        const ended = rows.map((row) => row.id);
        await alongside(manager, ended);
        return ended;
      },
    );
    for (const id of ids) this.ring.forgetSession(id);
  }
}

async function assertReaches(manager: EntityManager, caller: Caller, owner: string): Promise<void> {
  const { role, userId, scopes, organizationId } = caller;
  if (owner === userId) return;
  if (!isAdministrator(role) || !scopes.allows('admin'))
    throw forbidden('Only an administrator reaches the sessions of another user');
  const [member] = await membersById(manager, organizationId, [owner]);
  if (!member) throw notFound('User');
  assertMayActFor(caller, member);
  await assertOwnsPerson(manager, caller, owner);
}
