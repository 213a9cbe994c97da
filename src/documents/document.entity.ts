import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import type { Language } from './search/languages.js';

/** A text that belongs to one user. */
@Entity('documents')
@Index('documents_owner', ['ownerId', 'id'])
@Index('documents_search', ['search'], { type: 'gin' })
export class Document {
  /** UUID version 7, which sorts by creation. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'documents_pkey' })
  id!: string;

  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  @ManyToOne('User', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'documents_owner_fkey' })
  owner?: unknown;

  @Column('uuid', { name: 'organization_id', default: DEFAULT_ORGANIZATION })
  organizationId!: string;

  @ManyToOne('Organization', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'documents_organization_fkey' })
  organization?: unknown;

  /** The owner is a member, so that nothing can be written for whoever leaves the organisation. */
  @ManyToOne('Membership', { onDelete: 'NO ACTION', nullable: false })
  @JoinColumn([
    {
      name: 'organization_id',
      referencedColumnName: 'organizationId',
      foreignKeyConstraintName: 'documents_member_fkey',
    },
    { name: 'owner_id', referencedColumnName: 'userId', foreignKeyConstraintName: 'documents_member_fkey' },
  ])
  member?: unknown;

  @Column('text')
  title!: string;

  @Column('text')
  content!: string;

  /** A file name. For an imported document it is initially the path below the imported folder. */
  @Column('text', { nullable: true })
  filename!: string | null;

  /** The language of the text as its writer gave it, as a code of ISO 639-1. It is detected where there is none. */
  @Column('text', { nullable: true })
  language!: Language | null;

  /** The index of before: of documents that are not indexed anew yet. Nothing writes it. */
  @Column({ type: 'tsvector', select: false, insert: false, update: false, nullable: true })
  search!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}
