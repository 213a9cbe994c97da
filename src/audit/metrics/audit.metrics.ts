import { Injectable } from '@nestjs/common';
import { counter, gauge, type Metric, MetricSources } from '../../common/metric-sources.js';
import { AuditSealer } from '../seal/audit-sealer.js';
import { AuditWebhook } from '../webhook/audit-webhook.js';
import { AuditWriter } from '../writer/audit-writer.js';

/** Makes metrics of how far the audit is with its rows, seals and webhooks. */
@Injectable()
export class AuditMetrics {
  constructor(
    sources: MetricSources,
    private readonly writer: AuditWriter,
    private readonly sealer: AuditSealer,
    private readonly webhook: AuditWebhook,
  ) {
    sources.add(() => [...this.rows(), ...this.seals(), ...this.webhooks()]);
  }

  private rows(): Metric[] {
    const state = this.writer.state();
    return [
      counter('bouncer_audit_accepted_rows_total', 'Audit rows that got a number', state.accepted),
      counter('bouncer_audit_written_rows_total', 'Audit rows that are in the table', state.written),
      counter('bouncer_audit_dropped_rows_total', 'Audit rows that are lost; must stay 0', state.dropped),
      gauge('bouncer_audit_pending_rows', 'Audit rows that wait in memory', state.pending),
      gauge('bouncer_audit_pending_bytes', 'The memory of the waiting audit rows', state.pendingBytes),
      gauge('bouncer_audit_spooled_rows', 'Audit rows that are only on disk', state.spooled),
      gauge('bouncer_audit_spooled_bytes', 'The disk space of the spooled audit rows', state.spooledBytes),
      gauge('bouncer_audit_lag_seconds', 'The age of the oldest row not in the table', state.lagSeconds),
      gauge(
        'bouncer_audit_abandoned_nodes',
        'Ended processes whose rows are not all replayed',
        state.abandonedNodes,
      ),
      gauge(
        'bouncer_audit_has_room',
        '1 while the audit takes rows, 0 while calls are refused with audit_unavailable',
        Number(this.writer.hasRoom()),
      ),
    ];
  }

  private seals(): Metric[] {
    const { status, lagRows, lastSealAt } = this.sealer.state();
    return [
      gauge(
        'bouncer_seals_behind',
        '1 while nothing could be sealed for more than a minute',
        Number(status !== 'ok'),
      ),
      gauge('bouncer_seals_lag_rows', 'Audit rows that are written and not sealed', lagRows),
      gauge(
        'bouncer_seals_last_timestamp_seconds',
        'The time of the last seal; 0 before the first',
        lastSealAt === null ? 0 : Date.parse(lastSealAt) / 1000,
      ),
    ];
  }

  private webhooks(): Metric[] {
    const { delivered, pending, deadLettered } = this.webhook.state() ?? {
      delivered: 0,
      pending: 0,
      deadLettered: 0,
    };
    return [
      counter('bouncer_webhook_delivered_rows_total', 'Audit rows that the webhook took', delivered),
      counter('bouncer_webhook_dead_rows_total', 'Audit rows that the webhook never took', deadLettered),
      gauge('bouncer_webhook_pending_rows', 'Audit rows that wait for the webhook', pending),
    ];
  }
}
