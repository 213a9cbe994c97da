import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';

const FLUSH_MS = 15_000;

/** Keeps `lastUsedAt` without a write per request: the newest use of each key, written together, forward only. */
@Injectable()
export class LastUsedRecorder implements OnModuleDestroy {
  private readonly logger = new Logger(LastUsedRecorder.name);
  private used = new Map<string, number>();
  private readonly timer = setInterval(() => void this.flush(), FLUSH_MS).unref();

  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  record(keyId: string): void {
    this.used.set(keyId, Date.now());
  }

  async flush(): Promise<void> {
    if (this.used.size === 0) return;
    const batch = this.used;
    this.used = new Map();
    try {
      await this.keys.query(
        `UPDATE api_keys k SET last_used_at = u.at
         FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at)
         WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)`,
        [[...batch.keys()], [...batch.values()].map((time) => new Date(time))],
      );
    } catch (error) {
      this.logger.warn(`lastUsedAt of ${batch.size} keys waits for the next try: ${String(error)}`);
      for (const [keyId, time] of batch) if (!this.used.has(keyId)) this.used.set(keyId, time);
    }
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}
