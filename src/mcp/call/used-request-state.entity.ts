import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

/** A sealed state that a client has brought back: it is good for one round. */
@Entity('used_request_states')
@Index('used_request_states_ends', ['endsAt'])
@OutOfReach()
export class UsedRequestState {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'used_request_states_pkey' })
  id!: string;

  /** From then on the seal itself is too old, and the row is needed no more. */
  @Column({ name: 'ends_at', type: 'timestamptz', precision: 3 })
  endsAt!: Date;
}
