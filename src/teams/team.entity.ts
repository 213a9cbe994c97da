import {
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

/** People and agents of one organisation who share documents. A team is a principal, too: it may own documents and keys. */
@Entity('teams')
@OutOfReach()
@Index('teams_name_unique', ['organizationId', 'name'], { unique: true })
export class Team {
  /** The id of the team as a principal, a UUID of version 7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'teams_pkey' })
  id!: string;

  @OneToOne('User', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'id', foreignKeyConstraintName: 'teams_principal_fkey' })
  principal?: unknown;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @ManyToOne('Organization', { onDelete: 'RESTRICT', nullable: false })
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'teams_organization_fkey' })
  organization?: unknown;

  @Column('text')
  name!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
