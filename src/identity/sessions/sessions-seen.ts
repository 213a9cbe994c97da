import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { FORGET_SECONDS } from '../password-attempts/attempt-waits.js';

const FLUSH_MS = 15_000;
const SWEEP_MS = 15 * 60_000;

const WRITE = `
  UPDATE sessions s SET last_seen_at = seen.at
  FROM (
    SELECT s.id, given.at FROM sessions s JOIN unnest($1::uuid[], $2::timestamptz[]) AS given (id, at) USING (id)
    WHERE s.last_seen_at < given.at ORDER BY s.id FOR NO KEY UPDATE OF s
  ) seen
  WHERE s.id = seen.id`;

const ATTEMPTS_OVER = `
  DELETE FROM password_attempts
  WHERE failed_at < now() - make_interval(secs => ${FORGET_SECONDS}) AND coalesce(known_until < now(), true)`;

/** Writes when sessions were last used, all in one statement now and then, and deletes those that are over. */
@Injectable()
export class SessionsSeen implements OnModuleDestroy {
  private readonly logger = new Logger(SessionsSeen.name);
  private seen = new Map<string, number>();
  private writing: Promise<void> = Promise.resolve();
  private readonly timer = setInterval(() => void this.flush(), FLUSH_MS).unref();
  private readonly sweeps = setInterval(() => void this.sweep(), SWEEP_MS).unref();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  note(id: string, at: number): void {
    this.seen.set(id, at);
  }

  /** Writes what was noted, after any write in progress. It never throws; after a failure the uses are kept. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    clearInterval(this.sweeps);
    await this.flush();
  }

  private async write(): Promise<void> {
    if (this.seen.size === 0) return;
    const batch = this.seen;
    this.seen = new Map();
    try {
      await this.dataSource.query(WRITE, [[...batch.keys()], [...batch.values()].map((at) => new Date(at))]);
    } catch (error) {
      this.logger.warn(`The last use of ${batch.size} sessions waits for the next try: ${String(error)}`);
      this.seen = new Map([...batch, ...this.seen]);
    }
  }

  private async sweep(): Promise<void> {
    try {
      await this.dataSource.query('DELETE FROM sessions WHERE expires_at < now()');
      await this.dataSource.query('DELETE FROM verifications WHERE expires_at < now()');
      await this.dataSource.query(ATTEMPTS_OVER);
    } catch (error) {
      this.logger.warn(`Sessions that are over wait for the next try: ${String(error)}`);
    }
  }
}
