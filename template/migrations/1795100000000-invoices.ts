import { enableOrganizationSecurity } from 'bouncer-mcp';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Invoices1795100000000 implements MigrationInterface {
  readonly name = 'Invoices1795100000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE invoices (
        id uuid NOT NULL CONSTRAINT invoices_pkey PRIMARY KEY,
        owner_id uuid NOT NULL,
        customer text NOT NULL,
        amount_cents integer NOT NULL,
        currency text NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await db.query('CREATE INDEX invoices_owner ON invoices (owner_id, id)');
    // Adds the column `organization_id`, by which PostgreSQL keeps the rows of organisations apart.
    await enableOrganizationSecurity(db, 'invoices');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE invoices');
  }
}
