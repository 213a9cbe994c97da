import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { SingleFlight } from '../../common/single-flight.js';
import { CALL, COUNTED_SHAPE } from './call-columns.js';
import { DURATION_ENDS } from './durations.js';

const EVERY_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
/** Rows are recorded within seconds. Those that come later are counted with the next step. */
const LATE_MS = 5 * 60_000;
/** Longer than any window of figures. */
const KEPT = `interval '8 days'`;

/**
 * Up to when rows can be counted. A transaction that goes on may still commit rows with the time of its beginning, whatever it has
 * done so far. Who counts locks the row, so that the other replicas skip it.
 */
const SPAN = `
  SELECT recorded_at AS "from", date_trunc('milliseconds', least(
    recorded_at + interval '1 hour', now() - interval '10 seconds',
    (SELECT min(xact_start) - interval '1 second' FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()))) AS "to"
  FROM audit_counted_to FOR UPDATE SKIP LOCKED`;

const COUNT = `
  INSERT INTO audit_counted_calls (hour, ${COUNTED_SHAPE}, calls)
  SELECT date_trunc('hour', occurred_at, 'UTC'), ${CALL.organization}, coalesce(${CALL.tool}, ''), outcome, coalesce(reason, ''),
         coalesce(${CALL.length('$3')}, -1), count(*)
  FROM audit_events
  WHERE recorded_at >= $1 AND recorded_at < $2 AND occurred_at >= now() - ${KEPT} AND ${CALL.isCall}
  GROUP BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (hour, ${COUNTED_SHAPE}) DO UPDATE SET calls = audit_counted_calls.calls + excluded.calls`;

/** Counts the calls of each hour as their rows are recorded, so that figures of a week need not read all rows. */
@Injectable()
export class CallCounter implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(CallCounter.name);
  private readonly counting = new SingleFlight(() => this.countAll());
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    void this.count();
    this.timer = setInterval(() => void this.count(), EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.counting.current;
  }

  /** Counts what was recorded since the last time. It never throws: what is not counted is read row by row. */
  count(): Promise<void> {
    return this.counting.join();
  }

  /** The start of the hour up to which the counted calls are complete, but for rows that were recorded minutes late. */
  async completeTo(): Promise<Date> {
    const [row] = await this.dataSource.query<{ recordedAt: Date }[]>(
      'SELECT recorded_at AS "recordedAt" FROM audit_counted_to',
    );
    const time = (row?.recordedAt.getTime() ?? 0) - LATE_MS;
    return new Date(Math.floor(time / HOUR_MS) * HOUR_MS);
  }

  private async countAll(): Promise<void> {
    try {
      for (let isMore = true; isMore && !this.isStopped;)
        isMore = await this.dataSource.transaction((manager) => this.countStep(manager));
      await this.dataSource.query(`DELETE FROM audit_counted_calls WHERE hour < now() - ${KEPT}`);
    } catch (error) {
      this.logger.warn(`Could not count calls: ${String(error)}`);
    }
  }

  /** @returns whether there is more to count */
  private async countStep(manager: EntityManager): Promise<boolean> {
    const [span] = await manager.query<{ from: Date; to: Date }[]>(SPAN);
    if (!span || span.to <= span.from) return false;
    const { from, to } = span;
    await manager.query(COUNT, [from, to, DURATION_ENDS]);
    await manager.query('UPDATE audit_counted_to SET recorded_at = $1', [to]);
    return to.getTime() - from.getTime() === HOUR_MS;
  }
}
