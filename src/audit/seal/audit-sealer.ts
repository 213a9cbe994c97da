import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { OutOfReach } from '../../access/out-of-reach.js';
import pLimit from 'p-limit';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { isDatabaseAway } from '../../database/database-errors.js';
import { AuditWriter } from '../writer/audit-writer.js';
import { CheckpointFile } from './checkpoint-file.js';
import { CheckpointWebhook } from './checkpoint-webhook.js';
import { NodeSealer, type SealerParts, type Tail } from './node-sealer.js';
import type { Seal } from './seal.js';
import { checkpointOf } from './checkpoint.js';
import type { SealKey } from './seal-key.js';
import { SealKeys } from './seal-keys.js';
import { ForkedChainError, SealStore } from './seal-store.js';
import { WrittenRows } from './written-rows.js';

/** A node's last seal may still reach the table after its process was killed, so that closing is tried again. */
const CLOSE_TRIES = 3;
const BEHIND_MS = 60_000;

export interface AuditSealerState {
  /** `behind`: rows have waited for a seal for more than a minute. The log has the reason. */
  status: 'ok' | 'behind';
  /** The number up to which the rows of this process are sealed. */
  sealedSeq: number;
  /** Rows of this process that are written and not sealed yet. */
  lagRows: number;
  lastSealAt: string | null;
}

/**
 * Seals the rows of this process every few seconds, and those of an ended process once its last row is written. It never seals
 * for a process that may be alive, because two sealers would fork its chain.
 */
@Injectable()
@OutOfReach()
export class AuditSealer
  implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown
{
  private readonly logger = new Logger(AuditSealer.name);
  private readonly written = new WrittenRows();
  private readonly checkpoints: CheckpointFile;
  private readonly webhook: CheckpointWebhook | undefined;
  /** Serializes the work on all chains. */
  private readonly alone = pLimit(1);
  private parts!: SealerParts;
  private own!: NodeSealer;
  private lastSealAt: Date | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isSealingSoon = false;
  /** The last time at which something was sealed or nothing was left to seal. */
  private soundAt = Date.now();

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly store: SealStore,
    private readonly writer: AuditWriter,
    private readonly keys: SealKeys,
  ) {
    const { checkpointsFile, checkpointWebhookUrl } = settings.audit.seal;
    this.checkpoints = new CheckpointFile(checkpointsFile, (message) => this.logger.warn(message));
    this.webhook =
      checkpointWebhookUrl === undefined ? undefined : new CheckpointWebhook(checkpointWebhookUrl);
  }

  onModuleInit(): void {
    this.parts = {
      store: this.store,
      written: this.written,
      isFullyWritten: () => this.writer.isFullyWritten,
      publish: (seal) => this.publish(seal),
    };
    this.own = new NodeSealer(this.writer.nodeId, this.parts);
    this.writer.onAdded((added) => {
      this.written.add(added);
      if (this.written.isFilling(this.writer.nodeId) && !this.isSealingSoon) this.sealSoon();
    });
    this.writer.onClosed((nodeId, lastSeq) => this.closeNode(nodeId, lastSeq));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.seal(), this.settings.audit.seal.everyMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.webhook?.finish();
  }

  get key(): SealKey {
    return this.keys.current;
  }

  state(): AuditSealerState {
    const { sealedSeq } = this.own;
    const behind = Date.now() - this.soundAt > BEHIND_MS + 3 * this.settings.audit.seal.everyMs;
    return {
      status: behind ? 'behind' : 'ok',
      sealedSeq,
      lagRows: Math.max(0, this.writer.state().written - sealedSeq),
      lastSealAt: this.lastSealAt?.toISOString() ?? null,
    };
  }

  /** Seals the rows that this process has written. It never throws: the next run continues where PostgreSQL failed. */
  seal(): Promise<void> {
    return this.alone(() => this.advance()).catch((error: unknown) => {
      if (isDatabaseAway(error)) this.logger.warn(`audit rows wait for their seal: ${String(error)}`);
      else this.logger.error(`audit rows are not sealed: ${String(error)}`);
    });
  }

  private async advance(): Promise<void> {
    // The writer continues as a new node when another process took over its own.
    if (this.own.nodeId !== this.writer.nodeId) this.own = new NodeSealer(this.writer.nodeId, this.parts);
    const before = this.own.sealedSeq;
    await this.own.advance(this.writer.state().accepted);
    if (this.own.sealedSeq > before || this.own.sealedSeq >= this.writer.state().written)
      this.soundAt = Date.now();
  }

  /** Seals before the interval ends, because hashes beyond the memory for them would have to be read from the table. */
  private sealSoon(): void {
    this.isSealingSoon = true;
    void this.seal().finally(() => (this.isSealingSoon = false));
  }

  /**
   * Seals the rest of a node and closes its chain. Call it when the node's last row is in the table. Calling it again changes
   * nothing.
   * @param lastSeq the number of rows that the node had accepted; missing ones are sealed as never recorded
   * @throws only while PostgreSQL is unavailable, because any other problem of a chain must not block the rows
   */
  async closeNode(nodeId: string, lastSeq: number): Promise<void> {
    try {
      const done = await this.alone(() =>
        nodeId === this.writer.nodeId && nodeId === this.own.nodeId
          ? this.own.close(lastSeq)
          : this.closeOther(nodeId, lastSeq),
      );
      if (!done && nodeId !== this.writer.nodeId) this.written.forgetNode(nodeId);
      if (!done) this.logger.error(`node ${nodeId} cannot be sealed up to ${lastSeq}: npm run audit:verify`);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      this.logger.error(`node ${nodeId} is not closed: ${String(error)}`);
    }
  }

  private async closeOther(nodeId: string, lastSeq: number): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const tail = (await this.store.lastOf(nodeId)) ?? undefined;
      if (!(await this.isWhole(nodeId, tail))) return false;
      try {
        const done = await new NodeSealer(nodeId, this.parts, tail).close(
          Math.max(lastSeq, tail?.toSeq ?? 0),
        );
        this.written.forgetNode(nodeId);
        return done;
      } catch (error) {
        if (!(error instanceof ForkedChainError) || tries === CLOSE_TRIES) throw error;
      }
    }
  }

  /** Whether the chain matches its checkpoint. A chain that was truncated meanwhile must not be closed as if it were whole. */
  private async isWhole(nodeId: string, tail: Tail | undefined): Promise<boolean> {
    const checkpoint = (await this.checkpoints.read()).get(nodeId);
    if (!checkpoint || checkpoint.number < (tail?.number ?? 0)) return true;
    return tail?.number === checkpoint.number && tail.digest.toString('hex') === checkpoint.digest;
  }

  private async publish(seal: Seal): Promise<void> {
    this.lastSealAt = seal.sealedAt;
    const checkpoint = checkpointOf(seal);
    this.webhook?.offer(checkpoint);
    await this.checkpoints
      .add(checkpoint)
      .catch((error: unknown) => this.logger.warn(`the checkpoint is not kept: ${String(error)}`));
  }
}
