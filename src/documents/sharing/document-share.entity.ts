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
import { Document } from '../document.entity.js';

export const SHARE_ROLES = ['reader', 'editor'] as const;

/** An `editor` changes the document as well. */
export type ShareRole = (typeof SHARE_ROLES)[number];

/** Says that the members of a team read a document that belongs to somebody else. */
@Entity('document_shares')
@OutOfReach()
@Index('document_shares_team', ['teamId', 'documentId'])
@Index('document_shares_unindexed', ['teamId', 'documentId'], { where: 'NOT is_indexed' })
@Check('document_shares_role_check', `role IN ('reader', 'editor')`)
export class DocumentShare {
  @PrimaryColumn('uuid', { name: 'document_id', primaryKeyConstraintName: 'document_shares_pkey' })
  documentId!: string;

  @ManyToOne(() => Document, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'document_id', foreignKeyConstraintName: 'document_shares_document_fkey' })
  document?: Document;

  @PrimaryColumn('uuid', { name: 'team_id', primaryKeyConstraintName: 'document_shares_pkey' })
  teamId!: string;

  @ManyToOne('Team', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'team_id', foreignKeyConstraintName: 'document_shares_team_fkey' })
  team?: unknown;

  /** The organisation of both. */
  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ManyToOne('Organization', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'document_shares_organization_fkey' })
  organization?: unknown;

  @Column('text')
  role!: ShareRole;

  /** The source with which it was shared. `null`: it was shared by itself. */
  @Column('text', { nullable: true })
  source!: string | null;

  /** Whether a search of the team finds it. Triggers say that it must be indexed anew. */
  @Column('boolean', { name: 'is_indexed', default: false })
  isIndexed!: boolean;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
