import { Logger } from '@nestjs/common';
import type { SealHead } from './seal-head.js';

const TIMEOUT_MS = 5_000;

/** Posts heads to another place. Sealing never waits for it; what was not taken goes out again with the next head. */
export class HeadWebhook {
  private readonly logger = new Logger('AuditSealer');
  /** By node: a later head says all that an earlier one did. */
  private readonly waiting = new Map<string, SealHead>();
  private posting: Promise<void> | undefined;

  constructor(private readonly url: string) {}

  offer(head: SealHead): void {
    this.waiting.set(head.nodeId, head);
    this.posting ??= this.postAll().finally(() => (this.posting = undefined));
  }

  /** Waits for what is on its way, at most as long as one request may take. */
  async finish(): Promise<void> {
    await this.posting;
  }

  private async postAll(): Promise<void> {
    for (const head of this.waiting.values()) {
      try {
        await this.post(head);
      } catch (error) {
        this.logger.warn(`the head of node ${head.nodeId} was not taken: ${String(error)}`);
        return;
      }
      if (this.waiting.get(head.nodeId) === head) this.waiting.delete(head.nodeId);
    }
  }

  private async post(head: SealHead): Promise<void> {
    const answer = await fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(head),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`status ${answer.status}`);
  }
}
