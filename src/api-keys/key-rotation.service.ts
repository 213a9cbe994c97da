import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Requester } from '../access/requester.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { conflict } from '../errors/service-error.js';
import { CallerChanges, type LockedUsers } from '../users/caller-changes.js';
import { assertMayActFor } from '../users/person-reach.js';
import { ApiKey } from './api-key.entity.js';
import type { IssuedApiKey } from './api-key.views.js';
import { ApiKeysService } from './api-keys.service.js';
import type { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';
import { beginGracePeriod } from './grace-periods.js';
import { KeyIssuer, lockKey } from './key-issuer.js';
import { gracePeriod, hasEnded, lifeOfNew, renewedLife } from './key-life.js';
import { KeyNotices } from './key-notices.js';
import { KeyRing } from './key-ring.js';
import {
  addressesOf,
  assertFitsAgent,
  assertCovers,
  heldScopes,
  ownerBounds,
  jointAllowlist,
  jointRequests,
  requestsOf,
} from './key-rules.js';

/** Holds the new key, and all keys that it replaces. */
export interface RotatedKeys {
  issued: IssuedApiKey;
  ended: ApiKey[];
}

/** Replaces keys by new ones and notifies their owner. */
@Injectable()
export class KeyRotationService {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly keys: ApiKeysService,
    private readonly issuer: KeyIssuer,
    private readonly changes: CallerChanges,
    private readonly ring: KeyRing,
    private readonly notices: KeyNotices,
  ) {}

  /**
   * Replaces a key by a new one with the same owner, scopes, addresses and metadata. An agent's key stays an agent's, and a
   * disabled key stays disabled by the same user.
   * @param grace how long both keys are valid, and from when
   * @param byAgents whether an agent may do it by its own key
   * @throws notFound, conflict for a key that has ended, insufficientScope for a key with more scopes than the caller's,
   * and the refusal of a caller whose key is no longer valid
   */
  async rotate(
    by: Requester,
    id: string,
    grace: RotateApiKeyDto,
    alongside: InTransaction<IssuedApiKey> = nothingAlongside,
    { byAgents }: Pick<LockedUsers, 'byAgents'> = {},
  ): Promise<IssuedApiKey> {
    const concerned = { ...(await this.keys.usersToLock(id)), ...(byAgents && { byAgents }) };
    const { old, issued } = await this.changes.transact(by, concerned, async (change) => {
      const { manager, caller } = change;
      const key = await lockKey(manager, caller, id);
      if (hasEnded(key) || key.replacedBy) throw conflict('The key has ended or was replaced already');
      const { userId, name, metadata, agent, enabled, disabledBy, disabledByRole } = key;
      const owner = change.users.get(userId)!;
      assertMayActFor(caller, owner);
      const bounds = await ownerBounds(manager, owner);
      const scopes = heldScopes(bounds, key.scopes);
      assertCovers(caller, scopes);
      assertFitsAgent(key, scopes, bounds);
      const ipAllowlist = addressesOf(caller, key.ipAllowlist);
      const requestsPerMinute = requestsOf(caller, key.requestsPerMinute);
      const life = renewedLife(key, this.settings.apiKeys, caller.keyState.lifeSeconds);
      const { ofOld, ofNew } = gracePeriod(key, grace);
      // One key above the limit is allowed while both are valid, but not one more with each rotation.
      if (!ofOld.revokedAt)
        await this.issuer.assertRoomFor({ userId, organizationId: key.organizationId }, manager, 1);
      if (key.graceOf) await beginGracePeriod(manager, id);
      const issued = await this.issuer.issue(manager, {
        userId,
        organizationId: key.organizationId,
        name,
        scopes,
        ipAllowlist,
        requestsPerMinute,
        metadata,
        agent,
        enabled,
        disabledBy,
        disabledByRole,
        ...life,
        ...ofNew,
      });
      await manager.update(ApiKey, { id }, { replacedBy: issued.row.id, ...ofOld });
      await this.notices.rotated(manager, caller, owner, { start: key.start, grace }, issued.row);
      await alongside(manager, issued);
      return { old: key, issued };
    });
    this.ring.forgetKey(id);
    if (old.graceOf) this.ring.forgetKey(old.graceOf);
    this.notices.send();
    return issued;
  }

  /**
   * Revokes all keys of the caller's user and creates one with the scopes of those that were valid. It is never an agent's
   * key, because an agent's key cannot call this.
   * @throws insufficientScope, and the refusal of a caller whose key is no longer valid
   */
  async rotateAll(
    by: Requester,
    alongside: InTransaction<RotatedKeys> = nothingAlongside,
  ): Promise<IssuedApiKey> {
    const { issued, ended } = await this.changes.transact(by, {}, async ({ manager, caller }) => {
      const { userId, organizationId } = caller;
      // Every statement that locks several keys locks the newest first, so that none can deadlock.
      const keys = await manager.find(ApiKey, {
        where: { userId, organizationId, revokedAt: IsNull() },
        order: { id: 'DESC' },
        lock: { mode: 'pessimistic_write' },
      });
      const live = keys.filter((key) => !hasEnded(key) && key.enabled);
      const all = [...new Set(live.flatMap((key) => key.scopes))];
      const scopes = heldScopes(caller, all);
      assertCovers(caller, scopes);
      const next = await this.issuer.issue(manager, {
        userId,
        organizationId,
        name: 'All keys, rotated',
        scopes,
        ipAllowlist: caller.keyAddresses ? [...caller.keyAddresses] : jointAllowlist(live),
        requestsPerMinute: caller.keyRequestsPerMinute ?? jointRequests(live),
        ...lifeOfNew(undefined, this.settings.apiKeys, caller.keyState.lifeSeconds),
      });
      await manager.query(
        `UPDATE api_keys SET revoked_at = now(), replaced_by = coalesce(replaced_by, $2)
         WHERE user_id = $1 AND organization_id = $3 AND revoked_at IS NULL AND id <> $2`,
        [userId, next.row.id, organizationId],
      );
      await this.notices.allRotated(manager, caller, keys, next.row);
      await alongside(manager, { issued: next, ended: keys });
      return { issued: next, ended: keys };
    });
    for (const { id } of ended) this.ring.forgetKey(id);
    this.notices.send();
    return issued;
  }
}
