import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

/** `pending`: the intent of a call that needs an elevated scope; its outcome is a row of its own. */
export const OUTCOMES = ['success', 'failure', 'denied', 'pending'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * Who did what, when and from where. Ids are plain columns: a row outlives what it speaks of.
 * The table is partitioned by month of `occurred_at`; rows are only ever added.
 */
@Entity('audit_events')
@OutOfReach()
@Index('audit_events_user', ['userId', 'id'])
@Index('audit_events_key', ['keyId', 'id'])
@Index('audit_events_node_seq', ['nodeId', 'nodeSeq'])
// What follows the id is looked at within the index: two filters that seldom meet read no rows in vain.
@Index('audit_events_tool', ['tool', 'id'], { where: 'tool IS NOT NULL' })
@Index('audit_events_action', ['action', 'id', 'tool'], { where: `action <> 'tools/call'` })
@Index('audit_events_resource', ['resource', 'id'], { where: 'resource IS NOT NULL' })
@Index('audit_events_outcome', ['outcome', 'id', 'tool', 'action'], { where: `outcome <> 'success'` })
@Index('audit_events_reason', ['reason', 'id', 'tool', 'action'], { where: 'reason IS NOT NULL' })
@Index('audit_events_recorded', ['recordedAt'], { type: 'brin' })
export class AuditEvent {
  /** UUID version 7, made when the event is accepted. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_events_pkey' })
  id!: string;

  @PrimaryColumn({
    type: 'timestamptz',
    name: 'occurred_at',
    precision: 3,
    primaryKeyConstraintName: 'audit_events_pkey',
  })
  occurredAt!: Date;

  @Column({ type: 'timestamptz', name: 'recorded_at', precision: 3, default: () => 'now()' })
  recordedAt!: Date;

  /** One boot of one process. */
  @Column('uuid', { name: 'node_id' })
  nodeId!: string;

  /** 1, 2, 3, ... within `nodeId`, without a gap: a missing row shows. */
  @Column('bigint', { name: 'node_seq', transformer: { from: Number, to: String } })
  nodeSeq!: number;

  @Column('uuid', { name: 'user_id', nullable: true })
  userId!: string | null;

  /** As it was then: names change, rows do not. */
  @Column('text', { name: 'user_name', nullable: true })
  userName!: string | null;

  @Column('uuid', { name: 'key_id', nullable: true })
  keyId!: string | null;

  @Column('text', { name: 'key_start', nullable: true })
  keyStart!: string | null;

  /** `tools/call`, `documents.create`, `authenticate`, ... */
  @Column('text')
  action!: string;

  @Column('text', { nullable: true })
  tool!: string | null;

  /** What was acted on, such as `document:0199...`. */
  @Column('text', { nullable: true })
  resource!: string | null;

  /** Everything that was acted on, `resource` included. */
  @Column('text', { array: true, default: () => "'{}'" })
  targets!: string[];

  @Column('text')
  outcome!: Outcome;

  /** A code when the outcome is not `success`. */
  @Column('text', { nullable: true })
  reason!: string | null;

  /** A scope of high or critical risk was used or asked for. */
  @Column('boolean', { default: false })
  elevated!: boolean;

  /** The scopes that the handler asks for. */
  @Column('text', { array: true, default: () => "'{}'" })
  scopes!: string[];

  @Column('inet', { nullable: true })
  ip!: string | null;

  @Column('text', { name: 'user_agent', nullable: true })
  userAgent!: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  /** `trace-id` of `traceparent` in a call's `_meta`, or of the header (W3C Trace Context): 32 hexadecimal digits. */
  @Column('text', { name: 'trace_id', nullable: true })
  traceId!: string | null;

  @Column('double precision', { name: 'duration_ms', nullable: true })
  durationMs!: number | null;

  @Column('jsonb', { default: {} })
  metadata!: Record<string, unknown>;
}
