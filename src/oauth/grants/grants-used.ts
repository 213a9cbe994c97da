import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

const FLUSH_MS = 15_000;

const WRITE = `
  UPDATE oauth_consents g SET last_used_at = used.at
  FROM (
    SELECT g.id, given.at FROM oauth_consents g JOIN unnest($1::uuid[], $2::timestamptz[]) AS given (id, at) USING (id)
    WHERE g.last_used_at IS NULL OR g.last_used_at < given.at ORDER BY g.id FOR NO KEY UPDATE OF g
  ) used
  WHERE g.id = used.id`;

/** Writes when grants were last used, all in one statement now and then. */
@Injectable()
export class GrantsUsed implements OnModuleDestroy {
  private readonly logger = new Logger(GrantsUsed.name);
  private used = new Map<string, number>();
  private writing: Promise<void> = Promise.resolve();
  private readonly timer = setInterval(() => void this.flush(), FLUSH_MS).unref();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  note(id: string): void {
    this.used.set(id, Date.now());
  }

  /** Writes what was noted, after any write in progress. It never throws; after a failure the uses are kept. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
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
      await this.dataSource.query(WRITE, [[...batch.keys()], [...batch.values()].map((at) => new Date(at))]);
    } catch (error) {
      this.logger.warn(`The last use of ${batch.size} grants waits for the next try: ${String(error)}`);
      this.used = new Map([...batch, ...this.used]);
    }
  }
}
