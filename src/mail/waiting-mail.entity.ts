import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

/** A mail that waits to be sent. It holds no API key, only the names and first characters of keys. */
@Entity('mail_outbox')
@OutOfReach()
@Index('mail_outbox_due', ['dueAt', 'id'])
export class WaitingMail {
  /** A UUID of version 7. It is also the message id, so that a mail client shows a repeated mail once. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'mail_outbox_pkey' })
  id!: string;

  @Column('text')
  recipient!: string;

  @Column('text')
  subject!: string;

  @Column('text')
  body!: string;

  /** The number of failed attempts. */
  @Column('integer', { default: 0 })
  attempts!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** The time of the next attempt. */
  @Column({ type: 'timestamptz', name: 'due_at', precision: 3, default: () => 'now()' })
  dueAt!: Date;
}
