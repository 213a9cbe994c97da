import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import { WARNING_DAYS } from './expiry-warning.js';
import { KeyNotices } from './key-notices.js';

const CHECK_MS = 3600 * 1000;
const BATCH = 100;

/** Describes a claimed row as the statement below returns it. */
type EndingKey = Pick<ApiKey, 'name' | 'start'> & { expiresAt: Date; email: string; owner: string };

/**
 * Notifies owners of keys that expire within 7 days, once for each key and `expiresAt`. It skips a replaced key, whose
 * owner was notified of the rotation.
 */
@Injectable()
export class ExpiryNotifier implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(ExpiryNotifier.name);
  private timer: NodeJS.Timeout | undefined;
  private checking: Promise<unknown> | undefined;

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly notices: KeyNotices,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Runs only in a service that listens, because a command on the same database may lack the mail settings. */
  onModuleInit(): void {
    this.host.listen$.subscribe(() => {
      this.checkQuietly();
      this.timer = setInterval(() => this.checkQuietly(), CHECK_MS).unref();
    });
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.checking;
  }

  /** Claims the keys that are due, so that only one replica notifies. @returns how many notices this replica has written */
  async check(): Promise<number> {
    let sent = 0;
    for (;;) {
      const told = await this.keys.manager.transaction((manager) => this.notifyBatch(manager));
      if (told > 0) this.notices.send();
      sent += told;
      if (told < BATCH) return sent;
    }
  }

  private checkQuietly(): void {
    this.checking = this.check().catch((error: unknown) =>
      this.logger.warn(
        `Owners could not be notified of keys that expire soon; the next check, in an hour, tries again: ${String(error)}`,
      ),
    );
  }

  private async notifyBatch(manager: EntityManager): Promise<number> {
    // Keys beyond the capacity of the outbox wait for the next check, or for another replica.
    const limit = Math.min(BATCH, await this.notices.room(manager));
    const claimed = limit > 0 ? await this.claim(manager, limit) : [];
    for (const { email, owner, ...key } of claimed) {
      await this.notices.endsSoon(manager, { email, name: owner }, key);
    }
    return claimed.length;
  }

  private async claim(manager: EntityManager, limit: number): Promise<EndingKey[]> {
    const [rows] = await manager.query<[EndingKey[], number]>(
      `WITH due AS MATERIALIZED (
         SELECT k.id, u.email, u.name AS owner
         FROM api_keys k JOIN users u ON u.id = k.user_id
         WHERE k.expires_at > now() AND k.expires_at <= now() + make_interval(days => $1)
           AND k.expiry_notified_for IS DISTINCT FROM k.expires_at
           AND k.revoked_at IS NULL AND k.replaced_by IS NULL AND k.enabled AND u.is_active
         ORDER BY k.expires_at
         LIMIT $2
         FOR NO KEY UPDATE OF k SKIP LOCKED)
       UPDATE api_keys k SET expiry_notified_for = k.expires_at FROM due WHERE k.id = due.id
       RETURNING k.name, k.start, k.expires_at AS "expiresAt", due.email, due.owner`,
      [WARNING_DAYS, limit],
    );
    return rows;
  }
}
