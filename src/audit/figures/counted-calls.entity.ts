import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

const key = { primaryKeyConstraintName: 'audit_counted_calls_pkey' };

/** How many calls of an hour have something in common. Nothing is `''`, and -1 of `length`, because a key takes no null. */
@Entity('audit_counted_calls')
@OutOfReach()
export class CountedCalls {
  @PrimaryColumn({ ...key, type: 'timestamptz', precision: 3 })
  hour!: Date;

  @PrimaryColumn({ ...key, type: 'uuid', name: 'organization_id' })
  organizationId!: string;

  @PrimaryColumn({ ...key, type: 'text' })
  tool!: string;

  @PrimaryColumn({ ...key, type: 'text' })
  outcome!: string;

  @PrimaryColumn({ ...key, type: 'text' })
  reason!: string;

  /** The group of the duration. */
  @PrimaryColumn({ ...key, type: 'smallint' })
  length!: number;

  @Column('int')
  calls!: number;
}

/** The one row says up to which time of recording all rows are counted. */
@Entity('audit_counted_to')
@OutOfReach()
export class CountedTo {
  @PrimaryColumn({
    type: 'timestamptz',
    name: 'recorded_at',
    precision: 3,
    primaryKeyConstraintName: 'audit_counted_to_pkey',
  })
  recordedAt!: Date;
}
