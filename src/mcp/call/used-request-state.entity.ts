import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

/** Records a sealed state that a client has sent back. A state is valid for one round. */
@Entity('used_request_states')
@Index('used_request_states_ends', ['endsAt'])
@OutOfReach()
export class UsedRequestState {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'used_request_states_pkey' })
  id!: string;

  /** The time after which the seal itself has expired, so that the row may be deleted. */
  @Column({ name: 'ends_at', type: 'timestamptz', precision: 3 })
  endsAt!: Date;
}
