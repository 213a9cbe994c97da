import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { And, type FindOptionsWhere, LessThan, MoreThanOrEqual, type Repository } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { AuditEvent } from './audit-event.entity.js';
import type { AuditQuery } from './dto/audit-query.dto.js';

/** Reads the trail. Auditors and admins see every row, members their own. */
@Injectable()
export class AuditService {
  constructor(@InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>) {}

  async list(caller: Caller, query: AuditQuery): Promise<Page<AuditEvent>> {
    const limit = query.limit ?? 100;
    const after = afterId(query.cursor);
    const { keyId, tool, action, outcome, resource } = query;
    const where: FindOptionsWhere<AuditEvent>[] = ownersVisible(caller, query.userId).map((owner) => ({
      ...owner,
      ...defined({ keyId, tool, action, outcome, resource }),
      ...(after && { id: LessThan(after) }),
      ...timeWithin(query.from, query.to),
    }));
    if (where.length === 0) return { rows: [], nextCursor: null };
    return pageOf(await this.events.find({ where, order: { id: 'DESC' }, take: limit + 1 }), limit);
  }
}

/** The owner filter as part of the query itself; empty where nothing can match. */
function ownersVisible(caller: Caller, asked: string | undefined): { userId?: string }[] {
  if (caller.role !== 'member') return [asked === undefined ? {} : { userId: asked }];
  return asked === undefined || asked.toLowerCase() === caller.userId ? [{ userId: caller.userId }] : [];
}

function timeWithin(from: string | undefined, to: string | undefined): FindOptionsWhere<AuditEvent> {
  const bounds = [
    ...(from ? [MoreThanOrEqual(new Date(from))] : []),
    ...(to ? [LessThan(new Date(to))] : []),
  ];
  return bounds.length > 0 ? { occurredAt: And(...bounds) } : {};
}

const defined = <T extends object>(filters: T) =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Partial<T>;
