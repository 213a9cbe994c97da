import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

/** Stores what an administrator set in place of a tool's declared limit and weight. `null` leaves the declared one. */
@Entity('tool_limits')
@OutOfReach()
export class ToolLimit {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'tool_limits_pkey' })
  name!: string;

  @Column('integer', { name: 'per_minute', nullable: true })
  perMinute!: number | null;

  @Column('integer', { nullable: true })
  weight!: number | null;
}
