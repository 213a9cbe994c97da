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

export const TEAM_ROLES = ['member', 'maintainer'] as const;

/** A `maintainer` decides who belongs to the team, and about the keys and documents that the team owns. */
export type TeamRole = (typeof TEAM_ROLES)[number];

/** Says that a person or an agent belongs to a team. */
@Entity('team_members')
@OutOfReach()
@Index('team_members_user', ['userId', 'teamId'])
@Check('team_members_role_check', `role IN ('member', 'maintainer')`)
export class TeamMember {
  @PrimaryColumn('uuid', { name: 'team_id', primaryKeyConstraintName: 'team_members_pkey' })
  teamId!: string;

  @ManyToOne('Team', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'team_id', foreignKeyConstraintName: 'team_members_team_fkey' })
  team?: unknown;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'team_members_pkey' })
  userId!: string;

  @ManyToOne('User', { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'team_members_user_fkey' })
  user?: unknown;

  @Column('text')
  role!: TeamRole;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
