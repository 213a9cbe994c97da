import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';
import { DEFAULT_ORGANIZATION, type PrincipalKind } from '../access/principal.js';
import type { Role } from '../access/roles.js';
import type { Tier } from '../access/tiers.js';

/**
 * Describes the columns of the owner that decide what a key may do. The entity itself belongs to the module `users`.
 */
export interface KeyOwner {
  id: string;
  kind: PrincipalKind;
  email: string;
  name: string;
  /** The role in the organisation of the key. */
  role: Role;
  tier: Tier;
  requestsPerMinute: number | null;
  isActive: boolean;
  isOperator: boolean;
}

/** Stores the SHA-256 and the first characters of a key, never the key itself. The row of a revoked key is kept. */
@Entity('api_keys')
@OutOfReach()
@Index('api_keys_key_hash_unique', ['keyHash'], { unique: true })
@Index('api_keys_user', ['userId', 'id'])
@Index('api_keys_expires_at', ['expiresAt'])
@Index('api_keys_organization', ['organizationId', 'id'])
// By expressions, which TypeORM does not know: the highest risk of the scopes, and the end, where no end comes last.
@Index('api_keys_organization_risk', { synchronize: false })
@Index('api_keys_organization_end', { synchronize: false })
export class ApiKey {
  /** A UUID of version 7, which sorts by creation. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'api_keys_user_fkey' })
  user?: unknown;

  /** The organisation in which the key acts. */
  @Column('uuid', { name: 'organization_id', default: DEFAULT_ORGANIZATION })
  organizationId!: string;

  @ManyToOne('Organization', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'api_keys_organization_fkey' })
  organization?: unknown;

  @Column('text')
  name!: string;

  @Column('bytea', { name: 'key_hash', select: false })
  keyHash!: Buffer;

  /** The prefix and four characters, which are enough to recognise a key in a list. */
  @Column('text')
  start!: string;

  @Column('text', { array: true })
  scopes!: string[];

  /** An agent's key cannot hold scopes that manage keys, users or the audit. This never changes after creation. */
  @Column('boolean', { default: false })
  agent!: boolean;

  @Column('boolean', { default: true })
  enabled!: boolean;

  /** The user who disabled the key, with the role of that time. Only an equal or higher role may enable it again. */
  @Column('uuid', { name: 'disabled_by', nullable: true })
  disabledBy!: string | null;

  @Column('text', { name: 'disabled_by_role', nullable: true })
  disabledByRole!: Role | null;

  /** The addresses and CIDR blocks, IPv4 and IPv6, that the key may be used from. `null` allows every address. */
  @Column('text', { name: 'ip_allowlist', array: true, nullable: true })
  ipAllowlist!: string[] | null;

  /** The calls per minute of this key alone, beside those of its owner. `null` sets no limit of its own. */
  @Column('integer', { name: 'requests_per_minute', nullable: true })
  requestsPerMinute!: number | null;

  @Column('jsonb', { default: {} })
  metadata!: Record<string, unknown>;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  /** `null` means that the key never expires. */
  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt!: Date | null;

  /**
   * The lifetime that the key was issued with. Its expiry cannot be moved beyond that, a rotation renews it for the same
   * time, and keys that it creates live no longer. `null` leaves it to the settings. An integer column would be too small
   * for an expiry in the year 9999.
   */
  @Column('double precision', { name: 'life_seconds', nullable: true })
  lifeSeconds!: number | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt!: Date | null;

  /** The key that a rotation created to replace this one. */
  @Column('uuid', { name: 'replaced_by', nullable: true })
  replacedBy!: string | null;

  /** The replaced key whose grace period begins at the first use of this one, and its length. `null` once it has begun. */
  @Column('uuid', { name: 'grace_of', nullable: true })
  graceOf!: string | null;

  @Column('integer', { name: 'grace_seconds', nullable: true })
  graceSeconds!: number | null;

  /** The `expiresAt` that the owner was notified of. A different one leads to another notification. */
  @Column({
    type: 'timestamptz',
    name: 'expiry_notified_for',
    precision: 3,
    nullable: true,
    select: false,
  })
  expiryNotifiedFor!: Date | null;

  /** The networks that the key was used from, the oldest first. Their number is bounded. */
  @Column('text', { name: 'used_from', array: true, default: () => "'{}'", select: false })
  usedFrom!: string[];
}
