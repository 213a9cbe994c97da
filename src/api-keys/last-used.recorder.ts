import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { networkOf } from '../rate-limit/network.js';
import { ApiKey } from './api-key.entity.js';
import { KeyAddresses } from './key-addresses.js';

const FLUSH_MS = 15_000;
/**
 * The number of networks of one key that are recorded between two writes. Another one is recorded at its next use.
 */
const MAX_NETWORKS = 20;

interface Use {
  at: number;
  ip: string;
  networks: Set<string>;
}

/**
 * Records `lastUsedAt` and the networks of each key without a write per request. The newest use of every key is written
 * in one statement, and `lastUsedAt` never goes back.
 */
@Injectable()
export class LastUsedRecorder implements OnModuleDestroy {
  private readonly logger = new Logger(LastUsedRecorder.name);
  private used = new Map<string, Use>();
  private flushing: Promise<void> = Promise.resolve();
  private readonly timer = setInterval(() => void this.flush(), FLUSH_MS).unref();

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly addresses: KeyAddresses,
  ) {}

  record(keyId: string, ip: string): void {
    const at = Date.now();
    const use = this.used.get(keyId);
    if (!use) {
      this.used.set(keyId, { at, ip, networks: new Set([networkOf(ip)]) });
      return;
    }
    use.at = at;
    if (use.ip === ip) return;
    use.ip = ip;
    if (use.networks.size < MAX_NETWORKS) use.networks.add(networkOf(ip));
  }

  /** Writes what was recorded, after any write in progress. It never throws; after a failure the uses are kept. */
  flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.write());
    return this.flushing;
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async write(): Promise<void> {
    if (this.used.size === 0) return;
    const batch = this.used;
    this.used = new Map();
    try {
      await this.keys.query(
        // Every statement that locks several keys locks the newest first, so that none can deadlock.
        `UPDATE api_keys k SET last_used_at = u.at
         FROM (
           SELECT k.id, u.at FROM api_keys k JOIN unnest($1::uuid[], $2::timestamptz[]) AS u (id, at) USING (id)
           WHERE k.last_used_at IS NULL OR k.last_used_at < u.at
           ORDER BY k.id DESC FOR NO KEY UPDATE OF k
         ) u
         WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)`,
        [[...batch.keys()], [...batch.values()].map(({ at }) => new Date(at))],
      );
      await this.addresses.remember(new Map([...batch].map(([keyId, { networks }]) => [keyId, networks])));
    } catch (error) {
      this.logger.warn(
        `lastUsedAt of ${batch.size} keys could not be written; the next write, in 15 seconds, tries again: ${String(error)}`,
      );
      for (const [keyId, use] of batch) this.putBack(keyId, use);
    }
  }

  private putBack(keyId: string, use: Use): void {
    const newer = this.used.get(keyId);
    if (newer) newer.networks = new Set([...use.networks, ...newer.networks].slice(0, MAX_NETWORKS));
    else this.used.set(keyId, use);
  }
}
