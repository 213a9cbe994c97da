import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { within } from '../../common/timeouts.js';

const MAX_BATCH = 500;
const WRITE_MS = 5_000;
const SWEEP_MS = 60_000;

/** In the order of the digests, so that two replicas that take the same ones do not wait for each other. */
const TAKE = `
  INSERT INTO oauth_taken_proofs (digest, expires_at)
  SELECT t.digest, t.expires_at FROM unnest($1::bytea[], $2::timestamptz[]) AS t (digest, expires_at) ORDER BY t.digest
  ON CONFLICT DO NOTHING RETURNING encode(digest, 'base64') AS digest`;

interface Taking {
  digest: Buffer;
  expiresAt: Date;
  resolve: (isFirst: boolean) => void;
  reject: (error: unknown) => void;
}

/**
 * Takes each proof of possession once over all replicas (RFC 9449, section 11.1). Those that come while a statement runs are taken
 * by the next one, all together.
 */
@Injectable()
export class TakenProofs implements OnModuleDestroy {
  private readonly logger = new Logger(TakenProofs.name);
  /** By digest. */
  private waiting = new Map<string, Taking>();
  private writing: Promise<void> | undefined;
  private readonly sweeps = setInterval(() => void this.sweep(), SWEEP_MS).unref();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @returns whether nobody took the proof before */
  take(proof: string, expiresAt: Date): Promise<boolean> {
    const digest = createHash('sha256').update(proof).digest();
    const id = digest.toString('base64');
    if (this.waiting.has(id)) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { digest, expiresAt, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeps);
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.size > 0) {
      const batch = new Map([...this.waiting].slice(0, MAX_BATCH));
      for (const id of batch.keys()) this.waiting.delete(id);
      await this.write(batch);
    }
    this.writing = undefined;
  }

  private async write(batch: ReadonlyMap<string, Taking>): Promise<void> {
    const takings = [...batch.values()];
    try {
      const rows = await within(
        WRITE_MS,
        this.dataSource.query<{ digest: string }[]>(TAKE, [
          takings.map(({ digest }) => digest),
          takings.map(({ expiresAt }) => expiresAt),
        ]),
      );
      const first = new Set(rows.map(({ digest }) => digest));
      for (const [id, { resolve }] of batch) resolve(first.has(id));
    } catch (error) {
      for (const { reject } of takings) reject(error);
    }
  }

  private async sweep(): Promise<void> {
    try {
      await this.dataSource.query('DELETE FROM oauth_taken_proofs WHERE expires_at < now()');
    } catch (error) {
      this.logger.warn(`Proofs that are over wait for the next try: ${String(error)}`);
    }
  }
}
