import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

const primaryKeyConstraintName = 'key_usage_pkey';

/**
 * Counts the calls of a key by day, action and tool. The statement that inserts audit rows updates it, so that the two cannot
 * disagree. It outlives the rows that it counts.
 */
@Entity('key_usage')
@OutOfReach()
export class KeyUsage {
  @PrimaryColumn('uuid', { name: 'key_id', primaryKeyConstraintName })
  keyId!: string;

  /** A date in UTC, such as `2027-01-31`. */
  @PrimaryColumn('date', { primaryKeyConstraintName })
  day!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  action!: string;

  /** Empty for calls of no existing tool, because a primary key cannot hold null. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  tool!: string;

  /** The number of rows with any outcome. */
  @Column('bigint', { default: 0 })
  calls!: string;

  @Column('bigint', { default: 0 })
  failures!: string;

  /** The number of rows with the outcome `denied`, including those of `limitsHit`. */
  @Column('bigint', { default: 0 })
  denials!: string;

  @Column('bigint', { name: 'limits_hit', default: 0 })
  limitsHit!: string;
}
