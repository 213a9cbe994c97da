import { Logger } from '@nestjs/common';
import type { Checkpoint } from './checkpoint.js';
import { SingleFlight } from '../../common/single-flight.js';

const TIMEOUT_MS = 5_000;

/** Posts checkpoints to another place. Sealing never waits for it; a checkpoint that was not accepted is sent again with the next one. */
export class CheckpointWebhook {
  private readonly logger = new Logger('AuditSealer');
  /** By node, because a later checkpoint replaces an earlier one. */
  private readonly waiting = new Map<string, Checkpoint>();
  private readonly posting = new SingleFlight(() => this.postAll());

  constructor(private readonly url: string) {}

  offer(checkpoint: Checkpoint): void {
    this.waiting.set(checkpoint.nodeId, checkpoint);
    void this.posting.join();
  }

  /** Waits for the request under way, which ends within its timeout. */
  async finish(): Promise<void> {
    await this.posting.current;
  }

  private async postAll(): Promise<void> {
    for (const checkpoint of this.waiting.values()) {
      try {
        await this.post(checkpoint);
      } catch (error) {
        this.logger.warn(`the checkpoint of node ${checkpoint.nodeId} was not accepted: ${String(error)}`);
        return;
      }
      if (this.waiting.get(checkpoint.nodeId) === checkpoint) this.waiting.delete(checkpoint.nodeId);
    }
  }

  private async post(checkpoint: Checkpoint): Promise<void> {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(checkpoint),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`status ${answer.status}`);
  }
}
