import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import type { Repository } from 'typeorm';
import { assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import { AuditEvent } from '../events/audit-event.entity.js';
import { type AuditSight, auditSight } from '../query/audit-sight.js';
import { earliestId } from '../query/audit-where.js';
import { AUDIT_SCOPE } from '../query/reader-check.js';
import { DURATION_ENDS } from './durations.js';
import { type Figures, type GroupRow, Tally } from './tally.js';
import { type Window, type WindowName, windowUntil } from './window.js';

/** How long figures are answered again, so that many readers of one organisation cost one query. */
const KEPT_MS = 5_000;
/** So many of these queries run at once, and leave the other connections to calls. */
const AT_ONCE = 2;

export interface CallFigures extends Window {
  /** When they were read. */
  at: Date;
  total: Figures;
  /** One for each of `starts`. */
  buckets: Figures[];
  tools: Map<string, Figures>;
}

interface Read extends GroupRow {
  /** `null` where the row is one of a tool. */
  bucket: number | null;
  tool: string | null;
}

/**
 * Reads the rows once. Rows of what the service noticed by itself are no calls, and an intent is counted with
 * its outcome. The id bounds a short window by the primary key.
 */
const groups = (sight: string) => `
  SELECT bucket, tool, outcome, reason, length, count(*)::float8 AS calls
  FROM (
    SELECT floor(date_part('epoch', occurred_at - $1::timestamptz) * 1000 / $4::float8)::int AS bucket,
           CASE WHEN reason IS DISTINCT FROM 'unknown_tool' THEN tool END AS tool,
           outcome, reason, width_bucket(duration_ms, $5::float8[]) AS length
    FROM audit_events
    WHERE occurred_at >= $1 AND occurred_at <= $2 AND id >= $3::uuid
      AND outcome <> 'pending' AND action NOT LIKE 'anomaly.%'${sight}
  ) AS rows
  GROUP BY GROUPING SETS ((bucket, outcome, reason, length), (tool, outcome, reason, length))`;

/** Counts the calls that a caller may see in the audit, and how long they took. */
@Injectable()
export class CallFiguresService {
  private readonly kept = new Map<string, { until: number; figures: Promise<CallFigures> }>();
  private readonly queue = pLimit(AT_ONCE);

  constructor(@InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>) {}

  /** @throws ServiceError `insufficient_scope` */
  of(caller: Caller, name: WindowName, now = Date.now()): Promise<CallFigures> {
    assertScopes(caller, AUDIT_SCOPE);
    const sight = auditSight(caller, {})!;
    const key = JSON.stringify([name, sight.organizationId, sight.actor]);
    for (const [other, { until }] of this.kept) if (until <= now) this.kept.delete(other);
    const known = this.kept.get(key);
    if (known) return known.figures;
    const figures = this.queue(() => this.read(sight, windowUntil(name, now), new Date(now)));
    this.kept.set(key, { until: now + KEPT_MS, figures });
    figures.catch(() => this.kept.delete(key));
    return figures;
  }

  private async read(sight: AuditSight, window: Window, at: Date): Promise<CallFigures> {
    const parameters: unknown[] = [window.from, at, earliestId(window.from), window.widthMs, DURATION_ENDS];
    const bound = (value: unknown) => `$${parameters.push(value)}`;
    const rows: Read[] = await this.events.query(groups(conditionOf(sight, bound)), parameters);
    const total = new Tally();
    const buckets = window.starts.map(() => new Tally());
    const tools = new Map<string, Tally>();
    for (const row of rows) {
      if (row.bucket !== null) {
        total.add(row);
        buckets[row.bucket]?.add(row);
      } else if (row.tool !== null) {
        if (!tools.has(row.tool)) tools.set(row.tool, new Tally());
        tools.get(row.tool)!.add(row);
      }
    }
    return {
      ...window,
      at,
      total: total.figures,
      buckets: buckets.map(({ figures }) => figures),
      tools: new Map([...tools].map(([name, { figures }]) => [name, figures])),
    };
  }
}

/** The condition of the audit's own list, in the form of its indexes. */
function conditionOf({ organizationId, actor }: AuditSight, bound: (value: unknown) => string): string {
  const conditions: string[] = [];
  if (organizationId !== undefined)
    conditions.push(`coalesce(organization_id, '${DEFAULT_ORGANIZATION}') = ${bound(organizationId)}::uuid`);
  if (actor !== undefined) {
    const id = bound(actor);
    conditions.push(`(actors @> ARRAY[CAST(${id} AS text)] OR user_id = CAST(${id} AS uuid))`);
  }
  return conditions.map((condition) => ` AND ${condition}`).join('');
}
