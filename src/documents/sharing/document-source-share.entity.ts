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
import { OutOfReach } from '../../access/out-of-reach.js';
import type { ShareRole } from './document-share.entity.js';

/** Says that what is imported from a source is shared with a team. A trigger shares each document that is imported later. */
@Entity('document_source_shares')
@OutOfReach()
@Index('document_source_shares_team', ['teamId'])
@Check('document_source_shares_role_check', `role IN ('reader', 'editor')`)
export class DocumentSourceShare {
  @PrimaryColumn('uuid', { name: 'owner_id', primaryKeyConstraintName: 'document_source_shares_pkey' })
  ownerId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'document_source_shares_owner_fkey' })
  owner?: unknown;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_source_shares_pkey' })
  source!: string;

  @PrimaryColumn('uuid', { name: 'team_id', primaryKeyConstraintName: 'document_source_shares_pkey' })
  teamId!: string;

  @ManyToOne('Team', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'team_id', foreignKeyConstraintName: 'document_source_shares_team_fkey' })
  team?: unknown;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ManyToOne('Organization', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({
    name: 'organization_id',
    foreignKeyConstraintName: 'document_source_shares_organization_fkey',
  })
  organization?: unknown;

  @Column('text')
  role!: ShareRole;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
