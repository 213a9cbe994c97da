import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { KeyRing } from '../api-keys/key-ring.js';
import { AuditWriter } from '../audit/writer/audit-writer.js';
import type { AuditWriterState } from '../audit/writer/audit-writer-state.js';
import { AuditSealer } from '../audit/seal/audit-sealer.js';
import { AuditWebhook } from '../audit/webhook/audit-webhook.js';
import { Coherence } from '../coherence/coherence.js';
import { within } from '../common/timeouts.js';
import { LimitStore } from '../rate-limit/store/limit-store.js';
import type { AuditStatus, Readiness } from './health.schema.js';
import { SingleFlight } from '../common/single-flight.js';

/** Orchestrators give a probe one second by default, within which an answer without PostgreSQL has to arrive. */
const PROBE_MS = 750;

@Injectable()
export class HealthService {
  private readonly probe = new SingleFlight(() => this.ask());
  private state: Readiness['state'] = 'starting';

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditWriter,
    private readonly sealer: AuditSealer,
    private readonly webhook: AuditWebhook,
    private readonly coherence: Coherence,
    private readonly limits: LimitStore,
    private readonly keys: KeyRing,
  ) {}

  /** Marks the start as complete. The key of the first admin is valid from then on. */
  open(): void {
    this.state = 'serving';
  }

  /** Lets the process count as not ready, because it stops. Calls are still answered. */
  stop(): void {
    this.state = 'stopping';
  }

  /** Ready means that calls are answered. What does not work as it should is named in the checks. */
  async readiness(): Promise<Readiness> {
    const database = await this.databaseAnswers();
    const audit = this.audit.state();
    const answersKeys = this.coherence.isLive() && (database || this.keys.answersWhileAway());
    return {
      status: this.state === 'serving' && answersKeys && this.audit.hasRoom() ? 'ok' : 'unavailable',
      state: this.state,
      checks: {
        database: { status: database ? 'ok' : 'unavailable' },
        coherence: this.coherence.state(),
        audit: { status: this.auditStatus(audit), ...audit },
        seals: this.sealer.state(),
        webhook: this.webhook.state(),
        rateLimit: this.limits.state(),
      },
    };
  }

  private auditStatus({ dropped, spooled }: AuditWriterState): AuditStatus {
    if (!this.audit.hasRoom()) return 'full';
    if (dropped > 0) return 'lossy';
    return spooled > 0 ? 'spooling' : 'ok';
  }

  /** Runs one probe at a time, however many requests arrive, because the route needs no key. */
  private databaseAnswers(): Promise<boolean> {
    return this.probe.join();
  }

  private ask(): Promise<boolean> {
    return within(PROBE_MS, this.dataSource.query('SELECT 1')).then(
      () => true,
      () => false,
    );
  }
}
