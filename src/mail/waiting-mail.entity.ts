import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

/** A mail that is to be sent. It never holds a key: only names of keys and how they begin. */
@Entity('mail_outbox')
@OutOfReach()
@Index('mail_outbox_due', ['dueAt', 'id'])
export class WaitingMail {
  /** UUID version 7, and the name of the message: whoever gets it twice is shown it once. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'mail_outbox_pkey' })
  id!: string;

  @Column('text')
  recipient!: string;

  @Column('text')
  subject!: string;

  @Column('text')
  body!: string;

  /** How often it was tried in vain. */
  @Column('integer', { default: 0 })
  attempts!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** When it is tried next. */
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3, default: () => 'now()' })
  dueAt!: Date;
}
