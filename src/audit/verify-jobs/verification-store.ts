import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, LessThan, type Repository } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';
import { newId } from '../../common/new-id.js';
import type { VerifyProgress } from '../verify/verify-progress.js';
import {
  AuditVerification,
  type VerificationResult,
  type VerificationState,
} from './audit-verification.entity.js';

/** A process that was not there for so long has ended. */
export const LOST_SECONDS = 20;
/** So many are kept. */
const KEPT = 500;

const UNENDED: VerificationState[] = ['queued', 'running'];
const OPEN = `state IN ('queued', 'running')`;
const ENDED = ['passed', 'failed'] satisfies VerificationState[];

const REMOVE_OLD = `
  DELETE FROM audit_verifications
  WHERE id <= (SELECT id FROM audit_verifications ORDER BY id DESC OFFSET ${KEPT} LIMIT 1)`;

const BEAT = `
  UPDATE audit_verifications
  SET heartbeat_at = now(), state = 'running', started_at = coalesce(started_at, now()),
      progress = coalesce($2, progress), verified_up_to = coalesce($3, verified_up_to)
  WHERE id = $1 AND ${OPEN}
  RETURNING id`;

/** Reads and writes the verifications. One that has ended is never changed, so that whoever ends it first decides how. */
@Injectable()
@OutOfReach()
export class VerificationStore {
  constructor(
    @InjectRepository(AuditVerification) private readonly verifications: Repository<AuditVerification>,
  ) {}

  /** @returns `undefined` where another one has not ended */
  async add(manager: EntityManager, requestedBy: string): Promise<AuditVerification | undefined> {
    await manager.query(REMOVE_OLD);
    const id = newId();
    const added = await manager.query<unknown[]>(
      'INSERT INTO audit_verifications (id, requested_by) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
      [id, requestedBy],
    );
    return added.length === 0 ? undefined : manager.findOneByOrFail(AuditVerification, { id });
  }

  find(id: string): Promise<AuditVerification | null> {
    return this.verifications.findOneBy({ id });
  }

  unended(manager = this.verifications.manager): Promise<AuditVerification | null> {
    return manager.findOneBy(AuditVerification, { state: In(UNENDED) });
  }

  /** @param before an id; only older ones are returned */
  newest(count: number, before: string | undefined): Promise<AuditVerification[]> {
    return this.verifications.find({
      where: before === undefined ? {} : { id: LessThan(before) },
      order: { id: 'DESC' },
      take: count,
    });
  }

  /** The newest one that came to its end. */
  latest(): Promise<AuditVerification | null> {
    return this.verifications.findOne({ where: { state: In(ENDED) }, order: { id: 'DESC' } });
  }

  /** @returns whether it goes on; otherwise somebody else has ended it */
  async beat(id: string, now: VerifyProgress | undefined): Promise<boolean> {
    const { verifiedUpTo, ...progress } = now ?? { verifiedUpTo: null };
    const values = [id, now ? JSON.stringify(progress) : null, verifiedUpTo && JSON.stringify(verifiedUpTo)];
    const [rows] = await this.verifications.query<[unknown[], number]>(BEAT, values);
    return rows.length > 0;
  }

  /** @returns whether it had not ended before */
  async end(
    id: string,
    ending: { state: VerificationState } & Partial<
      VerificationResult & Pick<AuditVerification, 'progress' | 'verifiedUpTo'>
    >,
    manager = this.verifications.manager,
  ): Promise<boolean> {
    const { affected } = await manager
      .createQueryBuilder()
      .update(AuditVerification)
      .set({ ...(ending as object), endedAt: () => 'now()' })
      .where({ id, state: In(UNENDED) })
      .execute();
    return affected === 1;
  }

  /** Ends those whose process has ended without saying so. @returns them */
  async endLost(): Promise<AuditVerification[]> {
    const [rows] = await this.verifications.query<[{ id: string }[], number]>(
      `UPDATE audit_verifications SET state = 'lost', ended_at = now()
       WHERE ${OPEN} AND heartbeat_at < now() - interval '${LOST_SECONDS} seconds' RETURNING id`,
    );
    return rows.length === 0 ? [] : this.verifications.findBy({ id: In(rows.map(({ id }) => id)) });
  }
}
