import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

const primaryKeyConstraintName = 'anomaly_notices_pkey';

/** When something unusual was last reported, so that one of several processes reports it, once in a while. */
@Entity('anomaly_notices')
@OutOfReach()
export class AnomalyNotice {
  /** The id of a key, or the network of an address. */
  @PrimaryColumn('text', { primaryKeyConstraintName })
  subject!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  kind!: string;

  @Column({ type: 'timestamptz', name: 'reported_at', precision: 3 })
  reportedAt!: Date;
}
