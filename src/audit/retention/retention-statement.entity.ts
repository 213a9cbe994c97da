import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';
import type { Retention } from './retention-statement.js';

/** A signed statement that a partition was archived, so that its rows are not missing. Rows are only ever added. */
@Entity('audit_retention')
@OutOfReach()
export class RetentionStatement implements Retention {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'audit_retention_pkey' })
  partition!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  since!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  before!: Date;

  @Column('bigint', { transformer: { from: Number, to: String } })
  rows!: number;

  @Column({ type: 'timestamptz', name: 'detached_at', precision: 3 })
  detachedAt!: Date;

  @Column('text', { name: 'key_id' })
  keyId!: string;

  @Column('bytea')
  signature!: Buffer;
}
