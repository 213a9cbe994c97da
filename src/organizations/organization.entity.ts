import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

/** A company, or a part of one, whose people, keys and data no other organisation reaches. */
@Entity('organizations')
@OutOfReach()
export class Organization {
  /** A UUID of version 7, which sorts by creation. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'organizations_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  /** The calls a minute of all of the organisation together. `null` sets no limit of its own. */
  @Column('integer', { name: 'requests_per_minute', nullable: true })
  requestsPerMinute!: number | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** When it ended. The rows that belong to it stay for the record. */
  @Column({ type: 'timestamptz', name: 'ended_at', precision: 3, nullable: true })
  endedAt!: Date | null;
}
