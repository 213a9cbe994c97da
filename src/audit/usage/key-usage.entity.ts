import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

const primaryKeyConstraintName = 'key_usage_pkey';

/**
 * How often a key called what on a day: `audit_events`, counted. The statement that adds audit rows keeps it, so the
 * two cannot disagree; it outlives the rows that it counts.
 */
@Entity('key_usage')
@OutOfReach()
export class KeyUsage {
  @PrimaryColumn('uuid', { name: 'key_id', primaryKeyConstraintName })
  keyId!: string;

  /** The date in UTC, `2027-01-31`. */
  @PrimaryColumn('date', { primaryKeyConstraintName })
  day!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  action!: string;

  /** Empty for what is no call of a tool that exists: a primary key holds no null. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tool!: string;

  /** All rows, whatever their outcome. */
  @Column('bigint', { default: 0 })
  calls!: string;

  @Column('bigint', { default: 0 })
  failures!: string;

  /** Outcome `denied`; those of `limitsHit` are among them. */
  @Column('bigint', { default: 0 })
  denials!: string;

  @Column('bigint', { name: 'limits_hit', default: 0 })
  limitsHit!: string;
}
