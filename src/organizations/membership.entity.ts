import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
} from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';
import type { Role } from '../access/roles.js';

/** Says which role a principal has in an organisation. Without one it has no power there. */
@Entity('memberships')
@OutOfReach()
@Index('memberships_user', ['userId'])
@Check('memberships_role_check', `role IN ('member', 'auditor', 'admin', 'owner')`)
export class Membership {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'memberships_pkey' })
  organizationId!: string;

  @ManyToOne('Organization', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'memberships_organization_fkey' })
  organization?: unknown;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'memberships_pkey' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'memberships_user_fkey' })
  user?: unknown;

  @Column('text')
  role!: Role;

  /** Whether the principal may act in the organisation. One that may not keeps what it owns. */
  @Column('boolean', { name: 'is_active', default: true })
  isActive!: boolean;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
