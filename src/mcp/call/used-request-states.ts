import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { UsedRequestState } from './used-request-state.entity.js';

const SWEEP_MS = 15 * 60_000;
const SWEEP_ROWS = 5_000;

const USE = `
  INSERT INTO used_request_states (id, ends_at) VALUES ($1, now() + make_interval(secs => $2))
  ON CONFLICT (id) DO NOTHING RETURNING id`;

const SWEEP = `
  DELETE FROM used_request_states WHERE id IN (
    SELECT id FROM used_request_states WHERE ends_at < now() ORDER BY ends_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )`;

/** Records used states in the database, so that a state is valid once across all replicas. */
@Injectable()
export class UsedRequestStates implements OnModuleDestroy {
  private readonly logger = new Logger(UsedRequestStates.name);
  private readonly timer = setInterval(() => void this.sweep(), SWEEP_MS).unref();

  constructor(@InjectRepository(UsedRequestState) private readonly states: Repository<UsedRequestState>) {}

  /**
   * @param seconds how long the state may still be valid
   * @returns whether the state was not used before
   */
  async use(id: string, seconds: number): Promise<boolean> {
    const rows = await this.states.query<unknown[]>(USE, [id, seconds]);
    return rows.length > 0;
  }

  /** Deletes the rows of expired states. */
  async sweep(): Promise<void> {
    try {
      await this.states.query(SWEEP, [SWEEP_ROWS]);
    } catch (error) {
      this.logger.warn(
        `Deleting expired request states failed and will be tried again in 15 minutes: ${String(error)}`,
      );
    }
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}
