import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Between, MoreThanOrEqual, Not, type Repository } from 'typeorm';
import type { Caller } from '../../../access/caller.js';
import { AuditEvent } from '../../events/audit-event.entity.js';
import { auditWhere } from '../audit-where.js';
import type { AuditFilters } from '../dto/audit-filters.dto.js';
import type { AddedRun } from './audit-listener.js';

/** The rows of one query. */
export const REPLAY_ROWS = 1_000;
/** How long after its row's timestamp a transaction is committed at the latest, in nearly all cases. */
const COMMIT_MS = 5_000;

/** Reads the rows that a stream shows. */
@Injectable()
export class AuditReplay {
  constructor(@InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>) {}

  /**
   * Reads the rows that were recorded after an event, oldest first. The order is that of recording, because a row may be recorded
   * long after it occurred. Rows from shortly before are repeated, so that none is missed.
   * @returns one row more than {@link REPLAY_ROWS} where there are more
   */
  async after(id: string, caller: Caller, filters: AuditFilters): Promise<AuditEvent[]> {
    const where = auditWhere(caller, filters);
    if (!where) return [];
    const seen = auditWhere(caller, {});
    const last = await this.events.findOne({ where: { ...seen, id }, select: { recordedAt: true } });
    const since = new Date((last?.recordedAt.getTime() ?? timeOf(id)) - COMMIT_MS);
    return this.events.find({
      where: { ...where, id: Not(id), recordedAt: MoreThanOrEqual(since) },
      order: { recordedAt: 'ASC', id: 'ASC' },
      take: REPLAY_ROWS + 1,
    });
  }

  /** Reads the rows of a run. */
  async *of({ nodeId, first, last }: AddedRun): AsyncGenerator<AuditEvent[]> {
    for (let from = first; from <= last; from += REPLAY_ROWS) {
      const nodeSeq = Between(from, Math.min(from + REPLAY_ROWS - 1, last));
      yield await this.events.find({ where: { nodeId, nodeSeq }, order: { nodeSeq: 'ASC' } });
    }
  }
}

/** The time in a UUID of version 7. */
const timeOf = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
