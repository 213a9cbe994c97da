import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';
import type { Seal } from './seal.js';

const number = { from: Number, to: String };

/** One link of a node's chain of seals. Rows are only ever added. See {@link Seal}. */
@Entity('audit_seals')
@OutOfReach()
@Check(
  'audit_seals_shape',
  `number > 0 AND from_seq > 0 AND to_seq - from_seq BETWEEN -1 AND 999
   AND octet_length(hashes) = 32 * (to_seq - from_seq + 1)
   AND octet_length(previous) = 32 AND octet_length(digest) = 32 AND octet_length(signature) = 64`,
)
// By which the newest seals of all nodes are listed.
@Index('audit_seals_sealed_at', ['sealedAt', 'nodeId', 'number'])
@Index('audit_seals_from_seq', ['nodeId', 'fromSeq'], { unique: true })
export class AuditSeal implements Seal {
  @PrimaryColumn('uuid', { name: 'node_id', primaryKeyConstraintName: 'audit_seals_pkey' })
  nodeId!: string;

  @PrimaryColumn({ type: 'bigint', transformer: number, primaryKeyConstraintName: 'audit_seals_pkey' })
  number!: number;

  @Column('bigint', { name: 'from_seq', transformer: number })
  fromSeq!: number;

  @Column('bigint', { name: 'to_seq', transformer: number })
  toSeq!: number;

  @Column({ type: 'timestamptz', name: 'first_at', precision: 3, nullable: true })
  firstAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'last_at', precision: 3, nullable: true })
  lastAt!: Date | null;

  /** 32 bytes for each number from `fromSeq` to `toSeq`. */
  @Column('bytea')
  hashes!: Buffer;

  @Column('boolean')
  closed!: boolean;

  @Column('bytea')
  previous!: Buffer;

  @Column('bytea')
  digest!: Buffer;

  @Column('bytea')
  signature!: Buffer;

  @Column('text', { name: 'key_id' })
  keyId!: string;

  @Column({ type: 'timestamptz', name: 'sealed_at', precision: 3, default: () => 'now()' })
  sealedAt!: Date;
}
