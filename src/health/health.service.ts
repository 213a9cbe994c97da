import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { AuditWriter } from '../audit/writer/audit-writer.js';
import type { AuditWriterState } from '../audit/writer/audit-writer-state.js';
import { AuditSealer, type AuditSealerState } from '../audit/seal/audit-sealer.js';
import { AuditWebhook, type AuditWebhookState } from '../audit/webhook/audit-webhook.js';
import { within } from '../common/timeouts.js';

const PROBE_MS = 2_000;

/**
 * `spooling`: rows wait on disk for PostgreSQL; `lossy`: some were dropped; `full`: calls are refused, for their rows would
 * have no place.
 */
type AuditStatus = 'ok' | 'spooling' | 'lossy' | 'full';

export interface Readiness {
  status: 'ok' | 'unavailable';
  checks: {
    database: { status: 'ok' | 'unavailable' };
    audit: { status: AuditStatus } & AuditWriterState;
    /** Rows wait for their seal while PostgreSQL is away; nothing is unavailable for it. */
    seals: AuditSealerState;
    /** Where rows are passed on to; a receiver that is away makes nothing unavailable. */
    webhook?: AuditWebhookState | undefined;
    rateLimit: { status: 'ok'; store: 'memory' };
  };
}

@Injectable()
export class HealthService {
  private probe: Promise<boolean> | undefined;
  private opened = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: AuditWriter,
    private readonly sealer: AuditSealer,
    private readonly webhook: AuditWebhook,
  ) {}

  /** The start is complete: the key that it was given, or has shown, is good from now on. */
  open(): void {
    this.opened = true;
  }

  async readiness(): Promise<Readiness> {
    const database = await this.databaseAnswers();
    const audit = this.audit.state();
    return {
      status: this.opened && database && this.audit.hasRoom() ? 'ok' : 'unavailable',
      checks: {
        database: { status: database ? 'ok' : 'unavailable' },
        audit: { status: this.auditStatus(audit), ...audit },
        seals: this.sealer.state(),
        webhook: this.webhook.state(),
        rateLimit: { status: 'ok', store: 'memory' },
      },
    };
  }

  private auditStatus({ dropped, spooled }: AuditWriterState): AuditStatus {
    if (!this.audit.hasRoom()) return 'full';
    if (dropped > 0) return 'lossy';
    return spooled > 0 ? 'spooling' : 'ok';
  }

  /** One question at a time, however many ask: this route needs no key. */
  private databaseAnswers(): Promise<boolean> {
    this.probe ??= this.ask().finally(() => {
      this.probe = undefined;
    });
    return this.probe;
  }

  private ask(): Promise<boolean> {
    return within(PROBE_MS, this.dataSource.query('SELECT 1')).then(
      () => true,
      () => false,
    );
  }
}
