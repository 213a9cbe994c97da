import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createPartitionedIndex } from '../partitioned-index.js';

/** Creates the index by organisation. Rows that name none are those of the default one, whose id is fixed. */
export class AuditOrganizationIndex1798000600100 implements MigrationInterface {
  readonly name = 'AuditOrganizationIndex1798000600100';
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await createPartitionedIndex(db, {
      table: 'audit_events',
      name: 'organization',
      ofPartition: 'coalesce_id_idx',
      columns: `(coalesce(organization_id, '00000000-0000-7000-8000-000000000001'), id)`,
    });
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX public.audit_events_organization');
  }
}
