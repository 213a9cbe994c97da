import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

/** One use of an Idempotency-Key by one user: an attempt in progress, or its response. */
@Entity('idempotency_keys')
@OutOfReach()
@Index('idempotency_keys_created', ['createdAt'])
export class IdempotencyRecord {
  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'idempotency_keys_pkey' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'idempotency_keys_user_fkey' })
  user?: unknown;

  /** SHA-256 of the header, because a client may send a secret there. */
  @PrimaryColumn('bytea', { name: 'key_hash', primaryKeyConstraintName: 'idempotency_keys_pkey' })
  keyHash!: Buffer;

  /** SHA-256 of method, path and body. */
  @Column('bytea')
  fingerprint!: Buffer;

  /** The attempt that owns the record. */
  @Column('uuid')
  attempt!: string;

  /** `null` until there is a response. */
  @Column('smallint', { nullable: true })
  status!: number | null;

  /** `json` keeps the order of the members, which `jsonb` does not. */
  @Column('json', { nullable: true })
  answer!: object | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
