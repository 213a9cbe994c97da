import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings.js';
import { sleep } from '../../common/timeouts.js';
import { InjectSettings } from '../../config/settings.module.js';
import { urlOf } from '../../database/dedicated-connection.js';
import { derOf } from '../seal/seal-key.js';
import { ownCheckpoints, ownPublicKeys } from '../verify/trusted-keys.js';
import type { VerifyProgress } from '../verify/verify-progress.js';
import type { AuditVerification } from './audit-verification.entity.js';
import { resultOf, sentence } from './told-findings.js';
import { VerificationRows } from './verification-rows.js';
import { LOST_SECONDS, VerificationStore } from './verification-store.js';
import type { VerifyRequest } from './verify-messages.js';
import { VerifyProcess } from './verify-process-handle.js';

const BEAT_MS = 1_000;

type Ending = Parameters<VerificationStore['end']>[1];

interface Run {
  id: string;
  process: VerifyProcess;
  progress: VerifyProgress | undefined;
  /** Whether somebody has ended it. What its process says then is of no interest. */
  isOver: boolean;
}

/** Runs the verifications that this process accepted, each in a process of its own, and says all the time that they are alive. */
@Injectable()
export class VerificationRunner implements OnModuleDestroy {
  private readonly logger = new Logger('AuditVerification');
  private readonly runs = new Map<Run, Promise<void>>();

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly store: VerificationStore,
    private readonly rows: VerificationRows,
  ) {}

  start(verification: AuditVerification): void {
    const run = { id: verification.id, process: new VerifyProcess(), progress: undefined, isOver: false };
    this.runs.set(
      run,
      this.run(run).finally(() => this.runs.delete(run)),
    );
  }

  /** Kills the process of a verification that has been ended, if it runs here. Elsewhere its next beat does. */
  stop(id: string): void {
    for (const run of this.runs.keys()) if (run.id === id) this.abandon(run);
  }

  async onModuleDestroy(): Promise<void> {
    for (const run of this.runs.keys()) {
      if (!run.isOver) await this.end(run, { state: 'stopped', problem: 'The service was stopped.' });
      this.abandon(run);
    }
    await Promise.all(this.runs.values());
  }

  private async run(run: Run): Promise<void> {
    const timer = setInterval(() => void this.beat(run), BEAT_MS);
    try {
      await this.beat(run);
      const ending = await this.verify(run);
      clearInterval(timer);
      if (!run.isOver) await this.end(run, ending);
    } finally {
      clearInterval(timer);
      run.process.kill();
    }
  }

  private async verify(run: Run): Promise<Ending> {
    try {
      const report = await run.process.verify(await this.request(), (now) => (run.progress = now));
      const { rows, seals, nodes, whole, verifiedUpTo } = report;
      const progress = { rows, seals, sealsTotal: seals, nodes, nodesTotal: nodes };
      return { state: whole ? 'passed' : 'failed', progress, verifiedUpTo, ...resultOf(report) };
    } catch (error) {
      return { state: 'failed', problem: sentence((error as Error).message) };
    }
  }

  private async request(): Promise<VerifyRequest> {
    const { settings, dataSource } = this;
    const [keys, checkpoints] = await Promise.all([
      ownPublicKeys(settings, (sql, values) => dataSource.query(sql, values)),
      ownCheckpoints(settings, (message) => this.logger.warn(message)),
    ]);
    return {
      url: urlOf(dataSource)!,
      keys: keys.map((key) => derOf(key).toString('base64')),
      checkpoints,
    };
  }

  private async beat(run: Run): Promise<void> {
    // While PostgreSQL is away nobody else can end it either.
    const goesOn = await this.store.beat(run.id, run.progress).catch(() => true);
    if (!goesOn) this.abandon(run);
  }

  private abandon(run: Run): void {
    run.isOver = true;
    run.process.kill();
  }

  /** Writes the end, again and again while PostgreSQL is away. After a while, others take the verification for lost. */
  private async end(run: Run, ending: Ending): Promise<void> {
    for (const deadline = Date.now() + LOST_SECONDS * 1_000; ; await sleep(BEAT_MS)) {
      try {
        if (await this.store.end(run.id, ending)) await this.rows.ended(run.id);
        return;
      } catch (error) {
        this.logger.warn(`The end of the verification ${run.id} was not written: ${String(error)}`);
        if (Date.now() > deadline || run.isOver) return;
      }
    }
  }
}
