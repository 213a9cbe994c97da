import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { LatestTimes } from '../../database/latest-times.js';

const WRITE = `
  UPDATE oauth_consents g SET last_used_at = used.at
  FROM (
    SELECT g.id, given.at FROM oauth_consents g JOIN unnest($1::uuid[], $2::timestamptz[]) AS given (id, at) USING (id)
    WHERE g.last_used_at IS NULL OR g.last_used_at < given.at ORDER BY g.id FOR NO KEY UPDATE OF g
  ) used
  WHERE g.id = used.id`;

/** Writes when grants were last used. */
@Injectable()
export class GrantsUsed implements OnModuleDestroy {
  private readonly times: LatestTimes;

  constructor(@InjectDataSource() dataSource: DataSource) {
    this.times = new LatestTimes('grants', (ids, times) => dataSource.query(WRITE, [ids, times]));
  }

  note(id: string): void {
    this.times.note(id, Date.now());
  }

  flush(): Promise<void> {
    return this.times.flush();
  }

  onModuleDestroy(): Promise<void> {
    return this.times.stop();
  }
}
