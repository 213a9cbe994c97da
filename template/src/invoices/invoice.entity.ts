import { OrganizationColumn } from 'bouncer-mcp';
import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('invoices')
@Index('invoices_owner', ['ownerId', 'id'])
export class Invoice {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'invoices_pkey' })
  id!: string;

  /** PostgreSQL sets it, and gives the row to no other organisation. */
  @OrganizationColumn()
  organizationId!: string;

  /** The user whom the invoice belongs to. */
  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  @Column('text')
  customer!: string;

  @Column('integer', { name: 'amount_cents' })
  amountCents!: number;

  @Column('text')
  currency!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
