import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';
import type { PrincipalKind } from '../access/principal.js';
import type { Role } from '../access/roles.js';
import type { Tier } from '../access/tiers.js';

@Entity('users')
@OutOfReach()
@Check('users_kind_check', `kind IN ('person', 'agent', 'team')`)
@Index('users_email_unique', ['email'], { unique: true })
export class User {
  /** A UUID of version 7, which sorts by creation. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  /** The address in lower case. */
  @Column('text')
  email!: string;

  @Column('text')
  name!: string;

  /** Of a `team` or an `agent` nobody signs in. */
  @Column('text', { default: 'person' })
  kind!: PrincipalKind;

  /** The role in the default organisation. `null` means that the user does not belong to it. */
  @Column('text', { nullable: true })
  role!: Role | null;

  /** Whether the user manages the organisations themselves. An administrator of the default one does, unless it was taken away. */
  @Column('boolean', { name: 'is_operator', default: false })
  isOperator!: boolean;

  @Column('text')
  tier!: Tier;

  /** The calls per minute of this user alone. `null` applies the limit of the tier. */
  @Column('integer', { name: 'requests_per_minute', nullable: true })
  requestsPerMinute!: number | null;

  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  /** Whether the user has shown to receive mails at the address. */
  @Column('boolean', { name: 'email_verified', default: false })
  emailVerified!: boolean;

  @Column('text', { nullable: true })
  image!: string | null;

  @Column('boolean', { name: 'two_factor_enabled', default: false })
  twoFactorEnabled!: boolean;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
