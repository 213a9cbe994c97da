import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Requester } from '../access/requester.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { conflict } from '../errors/service-error.js';
import { CallerChanges } from '../users/caller-changes.js';
import { ApiKey } from './api-key.entity.js';
import type { IssuedApiKey } from './api-key.views.js';
import { ApiKeysService } from './api-keys.service.js';
import type { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';
import { beginGracePeriod } from './grace-periods.js';
import { KeyIssuer, lockKey } from './key-issuer.js';
import { gracePeriod, hasEnded, lifeOfNew, renewedLife } from './key-life.js';
import { KeyNotices } from './key-notices.js';
import { KeyRing } from './key-ring.js';
import { addressesOf, assertFitsAgent, assertMayGrant, heldScopes, jointAllowlist } from './key-rules.js';

/** The key in the place of all others, and those others. */
export interface RotatedKeys {
  issued: IssuedApiKey;
  ended: ApiKey[];
}

/** Puts new keys in the place of old ones, and tells their owner. */
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
   * Puts a new key in a key's place: same scopes, owner, allow list and metadata, an agent's where it was one, disabled by
   * whom it was disabled.
   * @param grace how long both work, and from when
   * @throws notFound, conflict for a key that has ended, insufficientScope for a key wider than the caller's; what the
   * caller is refused with by now
   */
  async rotate(
    by: Requester,
    id: string,
    grace: RotateApiKeyDto,
    alongside: InTransaction<IssuedApiKey> = nothingAlongside,
  ): Promise<IssuedApiKey> {
    const concerned = await this.keys.concernedBy(id);
    const { old, issued } = await this.changes.run(by, concerned, async (change) => {
      const { manager, caller } = change;
      const key = await lockKey(manager, caller, id);
      if (hasEnded(key) || key.replacedBy) throw conflict('The key has ended or was replaced already');
      const { userId, name, metadata, agent, enabled, disabledBy, disabledByRole } = key;
      const owner = change.users.get(userId)!;
      const scopes = heldScopes(owner, key.scopes);
      assertMayGrant(caller, owner, scopes);
      assertFitsAgent(key, scopes);
      const ipAllowlist = addressesOf(caller, key.ipAllowlist);
      const life = renewedLife(key, this.settings.apiKeys, caller.keyState.lifeSeconds);
      const { ofOld, ofNew } = gracePeriod(key, grace);
      // One beyond the limit, for the time in which both work; not one more with each rotation.
      if (!ofOld.revokedAt) await this.issuer.assertRoomFor(userId, manager, 1);
      if (key.graceOf) await beginGracePeriod(manager, id);
      const issued = await this.issuer.issue(manager, {
        userId,
        name,
        scopes,
        ipAllowlist,
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
   * Ends all of the caller's owner's keys and makes one with the scopes of those that worked. It is no agent's, for the
   * caller's is none: that could not ask for it.
   * @throws insufficientScope; what the caller is refused with by now
   */
  async rotateAll(
    by: Requester,
    alongside: InTransaction<RotatedKeys> = nothingAlongside,
  ): Promise<IssuedApiKey> {
    const { issued, ended } = await this.changes.run(by, {}, async ({ manager, caller }) => {
      const { userId } = caller;
      // Locked in the one order of all that locks several keys: the newest first.
      const keys = await manager.find(ApiKey, {
        where: { userId, revokedAt: IsNull() },
        order: { id: 'DESC' },
        lock: { mode: 'pessimistic_write' },
      });
      const live = keys.filter((key) => !hasEnded(key) && key.enabled);
      const scopes = heldScopes(caller, [...new Set(live.flatMap((key) => key.scopes))]);
      assertMayGrant(caller, caller, scopes);
      const next = await this.issuer.issue(manager, {
        userId,
        name: 'All keys, rotated',
        scopes,
        ipAllowlist: caller.keyAddresses ? [...caller.keyAddresses] : jointAllowlist(live),
        ...lifeOfNew(undefined, this.settings.apiKeys, caller.keyState.lifeSeconds),
      });
      await manager.query(
        `UPDATE api_keys SET revoked_at = now(), replaced_by = coalesce(replaced_by, $2)
         WHERE user_id = $1 AND revoked_at IS NULL AND id <> $2`,
        [userId, next.row.id],
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
