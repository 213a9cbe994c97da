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
import { SealKey } from './seal-key.js';
import { ForkedChainError, SealStore } from './seal-store.js';
import { WrittenRows } from './written-rows.js';

/** A seal of a node that has ended may have been on its way when its process was killed. */
const CLOSE_TRIES = 3;
const BEHIND_MS = 60_000;

export interface AuditSealerState {
  /** `behind`: nothing could be sealed for a minute and more, though there was something. See the log. */
  status: 'ok' | 'behind';
  /** The number up to which the rows of this process are sealed. */
  sealedSeq: number;
  /** Rows of this process that are written, but not sealed yet. */
  lagRows: number;
  lastSealAt: string | null;
}

/**
 * Seals the rows of this process every few seconds, and those of a process that has ended when it is told that there
 * will be no more. Never those of another that may be alive: two would fork its chain.
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
  /** One chain at a time. */
  private readonly alone = pLimit(1);
  private parts!: SealerParts;
  private own!: NodeSealer;
  private openedKey: SealKey | undefined;
  private lastSealAt: Date | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isSealingSoon = false;
  /** When there was nothing left to seal, or something was sealed. */
  private soundAt = Date.now();

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly store: SealStore,
    private readonly writer: AuditWriter,
  ) {
    const { checkpointsFile, checkpointWebhookUrl } = settings.audit.seal;
    this.checkpoints = new CheckpointFile(checkpointsFile, (message) => this.logger.warn(message));
    this.webhook =
      checkpointWebhookUrl === undefined ? undefined : new CheckpointWebhook(checkpointWebhookUrl);
  }

  async onModuleInit(): Promise<void> {
    const key = await SealKey.open(this.settings.dataDir, this.settings.audit.seal.keyFile);
    this.openedKey = key;
    this.parts = {
      key,
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
    return this.openedKey!;
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

  /** Seals what this process has written, as far as PostgreSQL takes it. Never throws. */
  seal(): Promise<void> {
    return this.alone(() => this.advance()).catch((error: unknown) => {
      if (isDatabaseAway(error)) this.logger.warn(`audit rows wait for their seal: ${String(error)}`);
      else this.logger.error(`audit rows are not sealed: ${String(error)}`);
    });
  }

  private async advance(): Promise<void> {
    // The writer goes on as another node where its own was taken from it.
    if (this.own.nodeId !== this.writer.nodeId) this.own = new NodeSealer(this.writer.nodeId, this.parts);
    const before = this.own.sealedSeq;
    await this.own.advance(this.writer.state().accepted);
    if (this.own.sealedSeq > before || this.own.sealedSeq >= this.writer.state().written)
      this.soundAt = Date.now();
  }

  /** Ahead of time: hashes that find no place would have to be asked of the table. */
  private sealSoon(): void {
    this.isSealingSoon = true;
    void this.seal().finally(() => (this.isSealingSoon = false));
  }

  /**
   * Seals what is left of a node, to its end: call it when all that there will be of the node is in the table. Once it
   * is done it changes nothing to call it again.
   * @param lastSeq the number of rows that the node had accepted; those that are not there are sealed as never recorded
   * @throws only while PostgreSQL is away: what else is wrong with a chain must not hold up the rows
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

  /** A chain whose end was cut off while nobody was there must not be made to look whole. */
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
