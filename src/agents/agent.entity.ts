import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
} from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

/**
 * A service account: a principal of its own, whose keys do not end with the key of whoever made it. Its name and its calls per
 * minute are those of its row in `users`. The row of a retired agent is kept.
 */
@Entity('agents')
@OutOfReach()
@Index('agents_owner', ['ownerId'])
@Index('agents_organization', ['organizationId', 'id'])
@Check('agents_owner_check', 'owner_id <> id')
export class Agent {
  /** The id of the agent as a principal, a UUID of version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'agents_pkey' })
  id!: string;

  @OneToOne('User', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'id', foreignKeyConstraintName: 'agents_principal_fkey' })
  principal?: unknown;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ManyToOne('Organization', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'agents_organization_fkey' })
  organization?: unknown;

  /** The person, the team or the agent that it belongs to. */
  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  @ManyToOne('User', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'agents_owner_fkey' })
  owner?: unknown;

  /** What it is for, as people tell it. */
  @Column('text', { nullable: true })
  description!: string | null;

  /** Its keys hold what these, and those of each agent above it, cover as well. */
  @Column('text', { array: true })
  scopes!: string[];

  @Column({ type: 'timestamptz', name: 'ends_at', precision: 3, nullable: true })
  endsAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'retired_at', precision: 3, nullable: true })
  retiredAt!: Date | null;

  @Column('uuid', { name: 'created_by' })
  createdBy!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
