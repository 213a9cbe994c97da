import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { CallFiguresService } from '../audit/figures/call-figures.service.js';
import { CallStopsService } from '../call-stops/call-stops.service.js';
import type { Figures } from '../audit/figures/tally.js';
import type { WindowName } from '../audit/figures/window.js';
import { AuditService } from '../audit/query/audit.service.js';
import { VerificationsService } from '../audit/verify-jobs/verifications.service.js';
import { HealthService } from '../health/health.service.js';
import type { Overview } from './overview.schema.js';
import { reasonsOf } from './service-status.js';

/** How many tools and anomalies it names. */
const NAMED = 5;

type Anomaly = Overview['anomalies'][number];

/** Says in one answer whether all is well: the figures of what the caller may see in the audit, and the state of the service. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly figures: CallFiguresService,
    private readonly audit: AuditService,
    private readonly health: HealthService,
    private readonly verifications: VerificationsService,
    private readonly stops: CallStopsService,
  ) {}

  /** @throws ServiceError `insufficient_scope` */
  async of(caller: Caller, window: WindowName): Promise<Overview> {
    const { from, at, starts, widthMs, total, buckets, tools } = await this.figures.of(caller, window);
    const [readiness, anomalies, lastVerification, stopped] = await Promise.all([
      this.health.readiness(),
      this.audit.anomalies(caller, from, NAMED),
      this.verifications.last(caller),
      this.stops.now(),
    ]);
    const reasons = reasonsOf(readiness, total, lastVerification, stopped);
    const { database, coherence, audit, seals, rateLimit } = readiness.checks;
    const all = [...tools].map(([tool, figures]) => ({ tool, ...figures }));
    return {
      status: reasons[0]?.level ?? 'ok',
      reasons,
      window,
      from,
      at,
      bucketSeconds: widthMs / 1000,
      ...total,
      series: starts.map((start, index) => ({
        from: start,
        unfinished: index === starts.length - 1,
        ...buckets[index]!,
      })),
      slowestTools: first(all, ({ p95Ms }) => p95Ms ?? 0),
      mostRefusedTools: first(all, ({ refused }) => refused),
      anomalies: anomalies.map(({ id, action, occurredAt, resource, keyName, metadata }) => ({
        id,
        kind: action.slice('anomaly.'.length) as Anomaly['kind'],
        occurredAt,
        resource,
        keyName,
        metadata,
      })),
      health: {
        database: database.status,
        replicas: coherence.replicas,
        audit: { status: audit.status, spooled: audit.spooled, dropped: audit.dropped },
        seals: {
          status: seals.status,
          lagRows: seals.lagRows,
          lastSealAt: seals.lastSealAt === null ? null : new Date(seals.lastSealAt),
        },
        rateLimit: rateLimit.status,
      },
      lastVerification,
    };
  }
}

/** The tools with the most of something, without those that have nothing of it. */
function first<T extends Figures & { tool: string }>(tools: readonly T[], amount: (tool: T) => number): T[] {
  return tools
    .filter((tool) => amount(tool) > 0)
    .sort((one, other) => amount(other) - amount(one) || (one.tool < other.tool ? -1 : 1))
    .slice(0, NAMED);
}
