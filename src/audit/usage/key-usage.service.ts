import { Injectable } from '@nestjs/common';
import { OutOfReach } from '../../access/out-of-reach.js';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { KeyUsage } from './key-usage.entity.js';
import type { Usage, UsageCounts } from './key-usage.schema.js';

const DAY_MS = 24 * 3600 * 1000;

type GroupRow = UsageCounts & { day: string | null; action: string; tool: string };

/** Groups by day and by tool in one snapshot, so that the sums agree. Numbers are exact up to 2^53. */
const GROUPS = `
  SELECT day::text, action, tool, sum(calls)::float8 AS calls, sum(failures)::float8 AS failures,
         sum(denials)::float8 AS denials, sum(limits_hit)::float8 AS "limitsHit"
  FROM key_usage
  WHERE key_id = $1 AND day BETWEEN $2 AND $3
  GROUP BY GROUPING SETS ((day), (action, tool))
  ORDER BY calls DESC, action, tool`;

/** Reports the usage of a key from daily counts, so that at most one row for each day and tool is read. */
@Injectable()
@OutOfReach()
export class KeyUsageService {
  constructor(@InjectRepository(KeyUsage) private readonly usage: Repository<KeyUsage>) {}

  /** @param days the number of dates in UTC, ending with that of `now` */
  async of(keyId: string, days: number, now = new Date()): Promise<Usage> {
    const dates = Array.from({ length: days }, (_, index) => dayOf(now, index + 1 - days));
    const [from, to] = [dates[0]!, dates.at(-1)!];
    const groups: GroupRow[] = await this.usage.query(GROUPS, [keyId, from, to]);
    const byDay = new Map(groups.map((group) => [group.day, group]));
    const perDay = dates.map((day) => ({ day, ...countsOf(byDay.get(day)) }));
    const perTool = groups
      .filter(({ day }) => day === null)
      .map((group) => ({ tool: group.tool || null, action: group.action, ...countsOf(group) }));
    return { from, to, ...perDay.reduce(add, countsOf(undefined)), perDay, perTool };
  }
}

const dayOf = (now: Date, offset: number) =>
  new Date(now.getTime() + offset * DAY_MS).toISOString().slice(0, 10);

const countsOf = (row: UsageCounts | undefined): UsageCounts => ({
  calls: row?.calls ?? 0,
  failures: row?.failures ?? 0,
  denials: row?.denials ?? 0,
  limitsHit: row?.limitsHit ?? 0,
});

const add = (sum: UsageCounts, more: UsageCounts): UsageCounts => ({
  calls: sum.calls + more.calls,
  failures: sum.failures + more.failures,
  denials: sum.denials + more.denials,
  limitsHit: sum.limitsHit + more.limitsHit,
});
