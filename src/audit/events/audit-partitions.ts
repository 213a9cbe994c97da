import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

const MONTHS_AHEAD = 3;
const CHECK_MS = 6 * 3600 * 1000;

/** Creates partitions of `audit_events` for this month and the next ones in time. Other rows go to the default partition. */
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

  /** Calls a function of the schema's owner, because the service's own role may not create tables. */
  private async prepare(): Promise<void> {
    try {
      const failed = await this.dataSource.query<{ partition: string; problem: string }[]>(
        'SELECT * FROM audit_prepare_partitions($1)',
        [MONTHS_AHEAD],
      );
      for (const { partition, problem } of failed)
        this.logger.warn(`Could not prepare the partition ${partition}: ${problem}`);
    } catch (error) {
      // Rows go to the default partition meanwhile, so nothing is lost.
      this.logger.warn(`Could not prepare the partitions of the audit: ${String(error)}`);
    }
  }
}
