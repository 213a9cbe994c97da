import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import { afterId, type Page, pageOf } from '../../database/page.js';
import { AuditEvent } from '../events/audit-event.entity.js';
import { auditWhere } from './audit-where.js';
import type { AuditSpan } from './dto/audit-filters.dto.js';
import type { AuditQuery } from './dto/audit-query.dto.js';

/** The actions of rows about what was unusual, which the index by action finds. */
const ANOMALIES = ['rate', 'refusals', 'first_tool', 'first_elevated'].map((kind) => `anomaly.${kind}`);

/** Reads the audit trail. Auditors and admins see every row of their organisation, members their own and their agents'. */
@Injectable()
export class AuditService {
  constructor(@InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>) {}

  async list(caller: Caller, query: AuditQuery): Promise<Page<AuditEvent>> {
    const limit = query.limit ?? 100;
    return pageOf(await this.newest(caller, query, limit + 1, afterId(query.cursor)), limit);
  }

  /** The newest rows that match. @param before an id; only older rows are returned */
  async newest(caller: Caller, filters: AuditSpan, count: number, before?: string): Promise<AuditEvent[]> {
    assertScopes(caller, 'audit:read');
    const where = auditWhere(caller, filters, before);
    return where ? this.events.find({ where, order: { id: 'DESC' }, take: count }) : [];
  }

  /** The newest rows about what was unusual. */
  async anomalies(caller: Caller, from: Date, count: number): Promise<AuditEvent[]> {
    assertScopes(caller, 'audit:read');
    const where = auditWhere(caller, { from: from.toISOString() });
    return where
      ? this.events.find({
          where: { ...where, action: In(ANOMALIES) },
          order: { id: 'DESC' },
          take: count,
        })
      : [];
  }
}
