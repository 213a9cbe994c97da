import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Between, MoreThanOrEqual, Not, type Repository } from 'typeorm';
import type { Caller } from '../../../access/caller.js';
import { AuditEvent } from '../../events/audit-event.entity.js';
import { auditWhere } from '../audit-where.js';
import type { AuditFilters } from '../dto/audit-filters.dto.js';
import type { AddedRun } from './audit-listener.js';

/** Rows of one query. */
export const REPLAY_ROWS = 1_000;
/** A transaction that began earlier may be committed later: by so much at most, or nearly always. */
const COMMIT_MS = 5_000;

/** Reads the rows that a stream shows. */
@Injectable()
export class AuditReplay {
  constructor(@InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>) {}

  /**
   * What was recorded since an event was, oldest first: by when rows were recorded, since one may be recorded long after it
   * occurred. Rows from shortly before may come a second time, so that none is left out.
   * @returns one row more than {@link REPLAY_ROWS} where there are more
   */
  async after(id: string, caller: Caller, filters: AuditFilters): Promise<AuditEvent[]> {
    const where = auditWhere(caller, filters);
    if (!where) return [];
    const last = await this.events.findOne({ where: { id }, select: { recordedAt: true } });
    const since = new Date((last?.recordedAt.getTime() ?? timeOf(id)) - COMMIT_MS);
    return this.events.find({
      where: { ...where, id: Not(id), recordedAt: MoreThanOrEqual(since) },
      order: { recordedAt: 'ASC', id: 'ASC' },
      take: REPLAY_ROWS + 1,
    });
  }

  /** The rows of a run. */
  async *of({ nodeId, first, last }: AddedRun): AsyncGenerator<AuditEvent[]> {
    for (let from = first; from <= last; from += REPLAY_ROWS) {
      const nodeSeq = Between(from, Math.min(from + REPLAY_ROWS - 1, last));
      yield await this.events.find({ where: { nodeId, nodeSeq }, order: { nodeSeq: 'ASC' } });
    }
  }
}

/** When an id of version 7 was made. */
const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
