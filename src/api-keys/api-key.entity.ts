import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';
import type { Role } from '../access/roles.js';
import type { Tier } from '../access/tiers.js';

/** The owner's columns that decide what a key may do; the entity itself belongs to the room `users`. */
export interface KeyOwner {
  id: string;
  email: string;
  name: string;
  role: Role;
  tier: Tier;
  requestsPerMinute: number | null;
  isActive: boolean;
}

/** A key as it is kept: its SHA-256 and how it begins, never the key. A revoked row stays for the record. */
@Entity('api_keys')
@OutOfReach()
@Index('api_keys_key_hash_unique', ['keyHash'], { unique: true })
@Index('api_keys_user', ['userId', 'id'])
@Index('api_keys_expires_at', ['expiresAt'])
export class ApiKey {
  /** UUID version 7: sorts by creation. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'api_keys_user_fkey' })
  user?: KeyOwner;

  @Column('text')
  name!: string;

  @Column('bytea', { name: 'key_hash', select: false })
  keyHash!: Buffer;

  /** The prefix and four characters: enough to recognise a key in a list. */
  @Column('text')
  start!: string;

  @Column('text', { array: true })
  scopes!: string[];

  /** For an agent: it holds nothing that manages keys, users or the audit. Fixed when it is made. */
  @Column('boolean', { default: false })
  agent!: boolean;

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** The user who disabled it, and that user's role then: only an equal or higher one enables it again. */
  @Column('uuid', { name: 'disabled_by', nullable: true })
  disabledBy!: string | null;

  @Column('text', { name: 'disabled_by_role', nullable: true })
  disabledByRole!: Role | null;

  /** Addresses or CIDR blocks, v4 or v6; `null`: from anywhere. */
  @Column('text', { name: 'ip_allowlist', array: true, nullable: true })
  ipAllowlist!: string[] | null;

  @Column('jsonb', { default: {} })
  metadata!: Record<string, unknown>;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  /** `null`: never ends. */
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt!: Date | null;

  /**
   * How long it was issued for. It is never put off beyond that, a rotation renews it for as long, and what it makes
   * lives no longer. `null`: by nothing but the settings. No integer: the year 9999 is far away.
   */
  @Column('double precision', { name: 'life_seconds', nullable: true })
  lifeSeconds!: number | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt!: Date | null;

  /** The key that a rotation made in place of this one. */
  @Column('uuid', { name: 'replaced_by', nullable: true })
  replacedBy!: string | null;

  /** The key whose grace period begins when this one is first used, and how long that is; `null` once it has begun. */
  @Column('uuid', { name: 'grace_of', nullable: true })
  graceOf!: string | null;

  @Column('integer', { name: 'grace_seconds', nullable: true })
  graceSeconds!: number | null;

  /** The `expiresAt` that the owner was told of: another one is told of again. */
  @Column({
    type: 'timestamptz',
    name: 'expiry_notified_for',
    precision: 3,
    nullable: true,
    select: false,
  })
  expiryNotifiedFor!: Date | null;

  /** The networks that the key was used from, oldest first; a bounded number. */
  @Column('text', { name: 'used_from', array: true, default: () => "'{}'", select: false })
  usedFrom!: string[];
}
