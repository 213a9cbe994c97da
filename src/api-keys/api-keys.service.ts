import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import type { Requester } from '../access/requester.js';
import { ScopeCatalogue } from '../access/scope-catalogue.js';
import { withoutUndefined } from '../common/without-undefined.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { conflict, notFound, validationFailed } from '../errors/service-error.js';
import type { AgentBounds } from '../users/agent-chain.js';
import { type Change, CallerChanges, type LockedUsers } from '../users/caller-changes.js';
import type { Member } from '../users/member.js';
import { assertMayActFor } from '../users/person-reach.js';
import { ApiKey } from './api-key.entity.js';
import type { IssuedApiKey } from './api-key.views.js';
import type { CreateApiKeyDto } from './dto/create-api-key.dto.js';
import type { UpdateApiKeyDto } from './dto/update-api-key.dto.js';
import { beginGracePeriod } from './grace-periods.js';
import { disablingOf } from './key-disabling.js';
import { KeyIssuer, lockKey, type NewKey } from './key-issuer.js';
import { hasEnded, lifeOfNew, movedExpiry } from './key-life.js';
import { KeyRing } from './key-ring.js';
import {
  addressesOf,
  assertFitsAgent,
  assertKnownScopes,
  assertCovers,
  assertMayGrant,
  assertReaches,
  heldScopes,
  type OwnerBounds,
  ownerBounds,
  requestsOf,
  whereReachable,
} from './key-rules.js';

/**
 * Creates, changes and revokes keys. A caller can access the keys of its own user, of its agents and of the teams that it
 * maintains, an admin those of all.
 */
@Injectable()
export class ApiKeysService {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly changes: CallerChanges,
    private readonly catalogue: ScopeCatalogue,
    private readonly ring: KeyRing,
    private readonly issuer: KeyIssuer,
  ) {}

  /**
   * @throws validationFailed, insufficientScope, notFound for an unknown owner, and the refusal of a caller whose key
   * is no longer valid
   */
  create(
    by: Requester,
    input: CreateApiKeyDto,
    alongside: InTransaction<IssuedApiKey> = nothingAlongside,
  ): Promise<IssuedApiKey> {
    const userId = input.userId?.toLowerCase() ?? by.caller.userId;
    const organizationId = input.organizationId?.toLowerCase() ?? by.caller.organizationId;
    return this.changes.transact(by, { organizationId, userIds: [userId] }, async (change) => {
      const { manager, caller } = change;
      await assertReaches(manager, caller, userId);
      if (organizationId !== caller.organizationId && !caller.isOperator) throw notFound('Organization');
      const owner = change.users.get(userId);
      if (!owner) throw notFound('User');
      assertMayActFor(caller, owner);
      const issued = await this.issueFor(change, owner, { ...input, organizationId });
      await alongside(manager, issued);
      return issued;
    });
  }

  /** Issues a key for an owner whom the caller may decide about, in the transaction of the change. */
  async issueFor(
    { manager, caller }: Pick<Change, 'manager' | 'caller'>,
    owner: Pick<Member, 'id' | 'kind' | 'role' | 'isActive'>,
    input: Omit<CreateApiKeyDto, 'userId'>,
  ): Promise<IssuedApiKey> {
    if (!owner.isActive) throw conflict('The owner is deactivated');
    const bounds = await ownerBounds(manager, owner);
    if (bounds.bounds) assertGoesOn(bounds.bounds);
    const { scopes = ['read'], agent = owner.kind !== 'person' } = input;
    if (!agent && owner.kind !== 'person')
      throw validationFailed([
        `agent: the key of a${owner.kind === 'agent' ? 'n agent' : ' team'} is for an agent`,
      ]);
    this.assertMayHold(caller, bounds, { agent }, scopes);
    const key: NewKey = {
      userId: owner.id,
      organizationId: input.organizationId ?? caller.organizationId,
      name: input.name,
      scopes,
      agent,
      ...lifeOfNew(input.expiresAt, this.settings.apiKeys, caller.keyState.lifeSeconds),
      ipAllowlist: addressesOf(caller, input.ipAllowlist),
      requestsPerMinute: requestsOf(caller, input.requestsPerMinute),
      metadata: input.metadata ?? {},
    };
    await this.issuer.assertRoomFor({ userId: owner.id, organizationId: key.organizationId }, manager);
    return this.issuer.issue(manager, key);
  }

  /** @throws notFound, also for another user's key */
  async get(caller: Caller, id: string): Promise<ApiKey> {
    assertScopes(caller, 'keys:read');
    const row = await this.keys.findOneBy(whereReachable(caller, id));
    if (!row) throw notFound('API key');
    return row;
  }

  /**
   * @throws notFound, conflict for a key that has ended, validationFailed, insufficientScope, and the refusal of a
   * caller whose key is no longer valid
   */
  async update(
    by: Requester,
    id: string,
    changes: UpdateApiKeyDto,
    alongside: InTransaction<ApiKey> = nothingAlongside,
  ): Promise<ApiKey> {
    const row = await this.changes.transact(
      by,
      await this.usersToLock(id),
      async ({ manager, caller, users }) => {
        const key = await lockKey(manager, caller, id);
        if (hasEnded(key) || key.replacedBy) throw conflict('The key has ended or was replaced');
        const user = users.get(key.userId)!;
        assertMayActFor(caller, user);
        const owner = await ownerBounds(manager, user);
        // Even a change that only restricts the key requires a caller that could have created it.
        assertCovers(caller, heldScopes(owner, key.scopes));
        addressesOf(caller, key.ipAllowlist);
        requestsOf(caller, key.requestsPerMinute);
        const { name, scopes, enabled, metadata, ipAllowlist, requestsPerMinute, expiresAt: end } = changes;
        if (scopes) this.assertMayHold(caller, owner, key, scopes);
        const columns = withoutUndefined({
          name,
          scopes,
          metadata,
          ipAllowlist: ipAllowlist === undefined ? undefined : addressesOf(caller, ipAllowlist),
          requestsPerMinute:
            requestsPerMinute === undefined ? undefined : requestsOf(caller, requestsPerMinute),
          expiresAt:
            end === undefined
              ? undefined
              : movedExpiry(key, end, this.settings.apiKeys, caller.keyState.lifeSeconds),
          ...disablingOf(caller, key, enabled),
        });
        if (Object.keys(columns).length > 0) await manager.update(ApiKey, { id }, columns as object);
        const changed = { ...key, ...columns };
        await alongside(manager, changed);
        return changed;
      },
    );
    this.ring.forgetKey(id);
    return row;
  }

  /**
   * Revokes a key for good and keeps its row. Revoking it again is not an error. A key may revoke one of its owner with
   * more scopes, because that only removes rights: a leaked key can be stopped with any key that manages keys.
   * @throws notFound, and the refusal of a caller whose key is no longer valid
   */
  async revoke(
    by: Requester,
    id: string,
    alongside: InTransaction<ApiKey> = nothingAlongside,
  ): Promise<void> {
    const waiting = await this.changes.transact(
      by,
      await this.usersToLock(id),
      async ({ manager, caller }) => {
        const key = await lockKey(manager, caller, id);
        if (key.revokedAt) return null;
        if (key.graceOf) await beginGracePeriod(manager, id);
        await manager.update(ApiKey, { id }, { revokedAt: new Date() });
        await alongside(manager, key);
        return key.graceOf;
      },
    );
    if (waiting) this.ring.forgetKey(waiting);
    this.ring.forgetKey(id);
  }

  private assertMayHold(
    caller: Caller,
    owner: OwnerBounds,
    key: Pick<ApiKey, 'agent'>,
    scopes: readonly string[],
  ): void {
    assertKnownScopes(scopes, this.catalogue);
    assertMayGrant(caller, owner, scopes);
    assertFitsAgent(key, scopes, owner);
  }

  /**
   * Returns the users whose rows a change of the key locks. Reading them before the lock is safe, because a key never
   * changes its owner.
   */
  async usersToLock(id: string): Promise<LockedUsers> {
    const key = await this.keys.findOne({ where: { id }, select: { id: true, userId: true } });
    return { userIds: key ? [key.userId] : [] };
  }
}

/** @throws conflict for an agent that has ended. A key of it would never be accepted */
function assertGoesOn({ isRetired, endsAt }: AgentBounds): void {
  if (isRetired) throw conflict('The agent was retired');
  if (endsAt !== null && endsAt.getTime() <= Date.now()) throw conflict('The agent has ended');
}
