import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import type { Repository } from 'typeorm';
import { assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import { AuditEvent } from '../events/audit-event.entity.js';
import { type AuditSight, auditSight } from '../query/audit-sight.js';
import { earliestId } from '../query/audit-where.js';
import { AUDIT_SCOPE } from '../query/reader-check.js';
import { CALL } from './call-columns.js';
import { CallCounter } from './call-counter.js';
import { DURATION_ENDS } from './durations.js';
import { type Figures, type GroupRow, Tally } from './tally.js';
import { type Window, type WindowName, windowUntil } from './window.js';

/** How long figures are answered again, so that many readers of one organisation cost one query. */
const KEPT_MS = 5_000;
/** So many of these queries run at once, and leave the other connections to calls. */
const AT_ONCE = 2;
const HOUR_MS = 3_600_000;

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

/** Adds up what is read from several places. */
const groups = (sources: readonly string[]) => `
  SELECT bucket, tool, outcome, reason, length, sum(calls)::float8 AS calls
  FROM (${sources.join(' UNION ALL ')}) AS counted
  GROUP BY GROUPING SETS ((bucket, outcome, reason, length), (tool, outcome, reason, length))`;

const BUCKET = (time: string) =>
  `floor(date_part('epoch', ${time} - $1::timestamptz) * 1000 / $2::float8)::int`;

/** Reads the rows from a time on. The id bounds them by the primary key. */
const rowsFrom = (from: string, id: string, sight: string) => `
  SELECT ${BUCKET('occurred_at')} AS bucket, ${CALL.tool} AS tool, outcome, reason, ${CALL.length('$4')} AS length, 1 AS calls
  FROM audit_events
  WHERE occurred_at >= ${from} AND occurred_at <= $3 AND id >= ${id}::uuid AND ${CALL.isCall}${sight}`;

/** Reads the hours before a time, which are counted already. */
const hoursBefore = (end: string, organization: string) => `
  SELECT ${BUCKET('hour')} AS bucket, nullif(tool, '') AS tool, outcome, nullif(reason, '') AS reason,
         nullif(length, -1) AS length, calls
  FROM audit_counted_calls WHERE hour >= $1 AND hour < ${end}${organization}`;

/** Counts the calls that a caller may see in the audit, and how long they took. */
@Injectable()
export class CallFiguresService {
  private readonly kept = new Map<string, { until: number; figures: Promise<CallFigures> }>();
  private readonly queue = pLimit(AT_ONCE);

  constructor(
    @InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>,
    private readonly counter: CallCounter,
  ) {}

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
    const parameters: unknown[] = [window.from, window.widthMs, at, DURATION_ENDS];
    const bound = (value: unknown) => `$${parameters.push(value)}`;
    const sources: string[] = [];
    let from = window.from;
    const end = this.countsHours(sight, window) ? await this.counter.completeTo() : from;
    if (end > from) {
      sources.push(hoursBefore(bound(end), organizationOf(sight, 'organization_id', bound)));
      from = end;
    }
    sources.push(rowsFrom(bound(from), bound(earliestId(from)), conditionOf(sight, bound)));
    const rows: Read[] = await this.events.query(groups(sources), parameters);
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

  /** Calls are counted for whole hours and organisations. */
  private countsHours({ actor }: AuditSight, { widthMs }: Window): boolean {
    return actor === undefined && widthMs % HOUR_MS === 0;
  }
}

type Bound = (value: unknown) => string;

const organizationOf = ({ organizationId }: AuditSight, column: string, bound: Bound): string =>
  organizationId === undefined ? '' : ` AND ${column} = ${bound(organizationId)}::uuid`;

/** The condition of the audit's own list, in the form of its indexes. */
function conditionOf(sight: AuditSight, bound: Bound): string {
  const organization = organizationOf(sight, CALL.organization, bound);
  if (sight.actor === undefined) return organization;
  const id = bound(sight.actor);
  return `${organization} AND (actors @> ARRAY[CAST(${id} AS text)] OR user_id = CAST(${id} AS uuid))`;
}
