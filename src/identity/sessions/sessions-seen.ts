import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { LatestTimes } from '../../database/latest-times.js';
import { FORGET_SECONDS } from '../password-attempts/attempt-waits.js';

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

/** Writes when sessions were last used, and deletes those that are over. */
@Injectable()
export class SessionsSeen implements OnModuleDestroy {
  private readonly logger = new Logger(SessionsSeen.name);
  private readonly times: LatestTimes;
  private readonly sweeps = setInterval(() => void this.sweep(), SWEEP_MS).unref();

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    this.times = new LatestTimes('sessions', (ids, times) => dataSource.query(WRITE, [ids, times]));
  }

  note(id: string, at: number): void {
    this.times.note(id, at);
  }

  flush(): Promise<void> {
    return this.times.flush();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.sweeps);
    await this.times.stop();
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
