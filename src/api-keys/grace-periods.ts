import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import { KeyRing, type KnownKey } from './key-ring.js';

/** Is a single statement, so that only one of the replicas that see the first use begins the period. */
const BEGIN = `
  WITH successor AS (
    UPDATE api_keys k SET grace_of = NULL, grace_seconds = NULL
    FROM (SELECT id, grace_of, grace_seconds FROM api_keys WHERE id = $1 AND grace_of IS NOT NULL FOR UPDATE) old
    WHERE k.id = old.id
    RETURNING old.grace_of, old.grace_seconds
  )
  UPDATE api_keys k SET expires_at = least(k.expires_at, now() + make_interval(secs => s.grace_seconds))
  FROM successor s WHERE k.id = s.grace_of`;

/**
 * Begins the grace period of the key that `successorId` replaced, if that period waits for the first use. A successor
 * that ends unused begins it as well, because nothing could begin it afterwards.
 */
export async function beginGracePeriod(
  manager: Pick<EntityManager, 'query'>,
  successorId: string,
): Promise<void> {
  await manager.query(BEGIN, [successorId]);
}

/** Begins the grace period of a replaced key at the first use of its successor, if the rotation requested that. */
@Injectable()
export class GracePeriods {
  private readonly logger = new Logger(GracePeriods.name);

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly ring: KeyRing,
  ) {}

  /** Runs in the background. After a failure the next use tries again. */
  begin(successor: KnownKey): void {
    const { graceOf } = successor;
    if (graceOf === null) return;
    successor.graceOf = null;
    beginGracePeriod(this.keys.manager, successor.caller.keyId).then(
      () => this.ring.forgetKey(graceOf),
      (error: unknown) => {
        successor.graceOf = graceOf;
        this.logger.warn(
          `The grace period of key ${graceOf} could not begin; the next use of its successor tries again: ${String(error)}`,
        );
      },
    );
  }
}
