import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { pause } from '../database/patience.js';

/** How long a stop waits for them. */
const FINISH_MS = 5_000;
const LOOK_MS = 20;

/**
 * The calls that run and have no row yet. A stop waits for answers, but some calls go on after their client has gone or
 * has cancelled them: what they did is done, and must have its row.
 */
@Injectable()
export class RunningCalls implements OnModuleDestroy {
  private readonly logger = new Logger(RunningCalls.name);
  private running = 0;

  begin(): void {
    this.running++;
  }

  end(): void {
    this.running--;
  }

  /** Comes before the audit is drained, while the database is there. */
  async onModuleDestroy(): Promise<void> {
    const deadline = Date.now() + FINISH_MS;
    while (this.running > 0 && Date.now() < deadline) await pause(LOOK_MS);
    if (this.running > 0)
      this.logger.error(`${this.running} calls still run: they leave no row of how they end`);
  }
}
