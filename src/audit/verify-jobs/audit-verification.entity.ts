import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';
import type { Kind } from '../verify/findings.js';
import type { VerifiedUpTo, VerifyProgress } from '../verify/verify-progress.js';

/** `queued` and `running` until one of the others: `lost` where the process that ran it has ended without saying so. */
export const VERIFICATION_STATES = ['queued', 'running', 'passed', 'failed', 'stopped', 'lost'] as const;
export type VerificationState = (typeof VERIFICATION_STATES)[number];

/** A finding as it is told, with a whole sentence. */
export interface ToldFinding {
  code: Kind;
  message: string;
  nodeId: string | null;
  nodeSeq: number | null;
  rowId: string | null;
  time: string | null;
}

export interface VerificationResult {
  findings: readonly ToldFinding[];
  counts: Partial<Record<Kind, number>>;
  findingsCount: number;
  /** Why it could not verify the audit. */
  problem: string | null;
}

/**
 * A verification of the audit that somebody asked for. It is no evidence: whoever can change the audit can change its result, too.
 */
@Entity('audit_verifications')
@OutOfReach()
// At most one is queued or running.
@Index('audit_verifications_one', { synchronize: false })
export class AuditVerification implements VerificationResult {
  /** A UUID of version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_verifications_pkey' })
  id!: string;

  @Column('text', { default: 'queued' })
  state!: VerificationState;

  /** The user who asked for it. */
  @Column('uuid', { name: 'requested_by' })
  requestedBy!: string;

  @Column({ type: 'timestamptz', name: 'requested_at', precision: 3, default: () => 'now()' })
  requestedAt!: Date;

  @Column({ type: 'timestamptz', name: 'started_at', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'ended_at', precision: 3, nullable: true })
  endedAt!: Date | null;

  /** When the process that runs it was last there, by the clock of PostgreSQL. */
  @Column({ type: 'timestamptz', name: 'heartbeat_at', precision: 3, default: () => 'now()' })
  heartbeatAt!: Date;

  @Column('jsonb', { nullable: true })
  progress!: Omit<VerifyProgress, 'verifiedUpTo'> | null;

  @Column('jsonb', { name: 'verified_up_to', nullable: true })
  verifiedUpTo!: VerifiedUpTo | null;

  @Column('jsonb', { default: [] })
  findings!: readonly ToldFinding[];

  @Column('jsonb', { default: {} })
  counts!: Partial<Record<Kind, number>>;

  @Column('int', { name: 'findings_count', default: 0 })
  findingsCount!: number;

  @Column('text', { nullable: true })
  problem!: string | null;
}
