import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';

/** What is usual for a key, over all processes and their restarts. */
@Entity('key_habits')
@OutOfReach()
export class KeyHabit {
  @PrimaryColumn('uuid', { name: 'key_id', primaryKeyConstraintName: 'key_habits_pkey' })
  keyId!: string;

  /** When the key was first seen. */
  @Column({ type: 'timestamptz', precision: 3 })
  since!: Date;

  /** The minute that is being counted. */
  @Column({ type: 'timestamptz', precision: 3 })
  minute!: Date;

  @Column('integer', { default: 0 })
  calls!: number;

  @Column('integer', { default: 0 })
  refusals!: number;

  /** The number of earlier minutes in which the key called. */
  @Column('integer', { default: 0 })
  minutes!: number;

  /** The usual calls in such a minute, recent ones weighing more. */
  @Column('double precision', { default: 0 })
  mean!: number;

  @Column('double precision', { default: 0 })
  variance!: number;

  /** The tools that the key has called. */
  @Column('text', { array: true, default: () => "'{}'" })
  tools!: string[];

  /** The elevated scopes that the key has used. */
  @Column('text', { array: true, default: () => "'{}'" })
  scopes!: string[];
}
