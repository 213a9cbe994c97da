import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { KeyNotices } from '../api-keys/key-notices.js';
import { AuditTrail } from '../audit/recording/audit-trail.js';
import { counter, MetricSources } from '../common/metric-sources.js';
import { ANOMALY_KINDS, type AnomalyKind, type Finding } from './anomaly.js';

/** Something unusual that goes on is reported again after so long. */
const AGAIN_AFTER_MS = 3_600_000;

/** The kinds that a key's owner should hear of at once. */
const SENTENCES: Partial<Record<AnomalyKind, (metadata: Record<string, unknown>) => string>> = {
  rate: ({ callsPerMinute, usualPerMinute }) =>
    `It made ${String(callsPerMinute)} calls in a minute. Usual for it are ${String(usualPerMinute)}.`,
  refusals: ({ refusalsPerMinute }) => `${String(refusalsPerMinute)} of its calls were refused in a minute.`,
};

const CLAIM = `
  INSERT INTO anomaly_notices AS last (subject, kind, reported_at) VALUES ($1, $2, $3)
  ON CONFLICT (subject, kind) DO UPDATE SET reported_at = excluded.reported_at
  WHERE last.reported_at <= excluded.reported_at - make_interval(secs => $4)
  RETURNING subject`;

/** Reports what is unusual: in the audit, in the metrics and, where it matters, by mail to the owner of the key. */
@Injectable()
export class AnomalyReports {
  private readonly reported = new Map<AnomalyKind, number>(ANOMALY_KINDS.map((kind) => [kind, 0]));

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly trail: AuditTrail,
    private readonly notices: KeyNotices,
    sources: MetricSources,
  ) {
    sources.add(() => [
      counter(
        'bouncer_anomalies_total',
        'What was unusual for a key or an address, by kind',
        [...this.reported].map(([kind, value]) => ({ labels: { kind }, value })),
      ),
    ]);
  }

  /**
   * Reports a finding, unless some process reported the same for the same key or network within the last hour. The row of the
   * audit comes before the commit: a process that is killed in between reports twice rather than not at all.
   */
  async report(finding: Finding, now: number): Promise<void> {
    const isReported = await this.dataSource.transaction(async (manager) => {
      const isFirst = await this.claim(manager, finding, now);
      if (isFirst) await this.record(finding);
      return isFirst;
    });
    if (!isReported) return;
    this.notices.send();
    this.reported.set(finding.kind, this.reported.get(finding.kind)! + 1);
  }

  /** Forgets reports that decide nothing any more, because addresses are without number. */
  async forgetOld(now: number): Promise<void> {
    await this.dataSource.query(`DELETE FROM anomaly_notices WHERE reported_at < $1`, [
      new Date(now - 24 * AGAIN_AFTER_MS),
    ]);
  }

  private record(finding: Finding): void | Promise<void> {
    const { kind, metadata } = finding;
    const isOfKey = 'key' in finding;
    return this.trail.noticed(
      'anomalies',
      {
        action: `anomaly.${kind}`,
        resource: isOfKey ? `api_key:${finding.key.keyId}` : `address:${finding.network}`,
        metadata,
      },
      isOfKey ? { key: finding.key } : { ip: finding.network },
    );
  }

  /** Takes the report on, and writes the mail in the same transaction. @returns whether it is this process's to make */
  private async claim(manager: EntityManager, finding: Finding, now: number): Promise<boolean> {
    const subject = 'key' in finding ? finding.key.keyId : finding.network;
    const claimed = await manager.query<unknown[]>(CLAIM, [
      subject,
      finding.kind,
      new Date(now),
      AGAIN_AFTER_MS / 1000,
    ]);
    if (claimed.length === 0) return false;
    const sentence = SENTENCES[finding.kind];
    if (sentence && 'key' in finding)
      await this.notices.unusual(manager, finding.key.keyId, sentence(finding.metadata));
    return true;
  }
}
