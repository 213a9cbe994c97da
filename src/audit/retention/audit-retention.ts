import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { SealKeys } from '../seal/seal-keys.js';
import { retentionDigest } from './retention-statement.js';
import { RetentionStatement } from './retention-statement.entity.js';
import { SingleFlight } from '../../common/single-flight.js';

const EVERY_MS = 24 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;
/** The number of the advisory lock that a replica holds while it detaches a partition. Any number serves that all replicas share. */
const LOCK = 7_266_314;
const MONTH = /^audit_events_(\d{4})_(\d{2})$/;

/**
 * Moves old, fully sealed partitions out of the table into the schema `audit_archive`, where the operator can dump or drop them.
 * Old rows of the default partition stay where they are.
 */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AuditRetention.name);
  private timer: NodeJS.Timeout | undefined;
  private readonly detaching = new SingleFlight((days: number) => this.detachAll(days));

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: SealKeys,
  ) {}

  onApplicationBootstrap(): void {
    void this.detachDue();
    this.timer = setInterval(() => void this.detachDue(), EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.detaching.current;
  }

  /** Detaches the due partitions. It never throws: one that cannot be detached does not affect the others. */
  detachDue(): Promise<void> {
    const { retentionDays } = this.settings.audit;
    if (retentionDays === null) return Promise.resolve();
    return this.detaching.join(retentionDays);
  }

  private async detachAll(days: number): Promise<void> {
    try {
      for (const partition of await this.duePartitions(days)) {
        await this.dataSource
          .transaction((manager) => this.detach(manager, partition, days))
          .catch((error: unknown) => this.logger.warn(`${partition} stays in the audit: ${String(error)}`));
      }
    } catch (error) {
      this.logger.warn(`Could not look for old partitions of the audit: ${String(error)}`);
    }
  }

  /** Finds due partitions by their names, oldest first. The function that detaches one checks its bounds. */
  private async duePartitions(days: number): Promise<string[]> {
    const partitions = await this.dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
       WHERE inhparent = 'audit_events'::regclass ORDER BY relname`,
    );
    const limit = Date.now() - days * DAY_MS;
    return partitions.map(({ name }) => name).filter((name) => (endOf(name) ?? Infinity) <= limit);
  }

  private async detach(manager: EntityManager, partition: string, days: number): Promise<void> {
    // Checking every row of a month may take long.
    await manager.query(`SET LOCAL statement_timeout = '10min'`);
    const [lock] = await manager.query<{ held: boolean }[]>('SELECT pg_try_advisory_xact_lock($1) AS held', [
      LOCK,
    ]);
    if (!lock!.held) return;
    const [moved] = await manager.query<{ since: Date; before: Date; row_count: string }[]>(
      'SELECT * FROM audit_detach_partition($1, $2)',
      [partition, days],
    );
    const { since, before, row_count } = moved!;
    const retention = { partition, since, before, rows: Number(row_count), detachedAt: new Date() };
    const key = await this.keys.keyIn(manager);
    await manager.insert(RetentionStatement, {
      ...retention,
      keyId: key.id,
      signature: key.sign(retentionDigest(retention)),
    });
    this.logger.log(`${partition} with ${row_count} rows is in audit_archive now`);
  }
}

function endOf(partition: string): number | undefined {
  const [, year, month] = MONTH.exec(partition) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month), 1);
}
