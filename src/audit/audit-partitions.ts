import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

const MONTHS_AHEAD = 3;
const CHECK_MS = 6 * 3600 * 1000;

/** Keeps a partition of `audit_events` ready for this month and the next ones. Rows of other times go to the default one. */
@Injectable()
export class AuditPartitions implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AuditPartitions.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.prepare();
    this.timer = setInterval(() => void this.prepare(), CHECK_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async prepare(): Promise<void> {
    for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
      const { name, from, to } = monthPartition(new Date(), ahead);
      try {
        await this.dataSource.query(
          `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF audit_events FOR VALUES FROM ('${from}') TO ('${to}')`,
        );
      } catch (error) {
        // Rows still have the default partition: nothing is lost, so nothing stops.
        this.logger.warn(`Could not prepare the partition ${name}: ${String(error)}`);
      }
    }
  }
}

/** The partition of the month `ahead` months after `now`, in UTC. */
export function monthPartition(now: Date, ahead: number): { name: string; from: string; to: string } {
  const first = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
  const from = first(ahead).toISOString();
  return {
    name: `audit_events_${from.slice(0, 7).replace('-', '_')}`,
    from,
    to: first(ahead + 1).toISOString(),
  };
}
