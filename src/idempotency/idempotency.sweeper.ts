import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { IdempotencyService } from './idempotency.service.js';

const SWEEP_MS = 15 * 60_000;

/** Deletes old records periodically. An idempotency key is free after 24 hours, whether or not its record is deleted. */
@Injectable()
export class IdempotencySweeper implements OnModuleDestroy {
  private readonly logger = new Logger(IdempotencySweeper.name);
  private readonly timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();

  constructor(private readonly records: IdempotencyService) {}

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    try {
      await this.records.sweep();
    } catch (error) {
      this.logger.warn(`Old idempotency keys wait for the next try: ${String(error)}`);
    }
  }
}
