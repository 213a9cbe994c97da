import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

/** The name under which all calls are stopped. No tool can have it. */
export const ALL_CALLS = '*';

/** A tool that an administrator has switched off, or all calls. */
@Entity('call_stops')
@OutOfReach()
export class StoredCallStop {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'call_stops_pkey' })
  name!: string;

  /** What callers are told. */
  @Column('text', { nullable: true })
  message!: string | null;

  /** When the stop ends by itself. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  until!: Date | null;

  /** The user who stopped it. */
  @Column('uuid', { name: 'stopped_by' })
  stoppedBy!: string;

  @Column({ type: 'timestamptz', name: 'stopped_at', precision: 3, default: () => 'now()' })
  stoppedAt!: Date;
}
