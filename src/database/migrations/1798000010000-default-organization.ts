import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';

/**
 * Makes the users of before members of the default organisation, and its administrators operators. Users may be written
 * meanwhile: triggers keep what is written later.
 */
export class DefaultOrganization1798000010000 implements MigrationInterface {
  readonly name = 'DefaultOrganization1798000010000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(
      `UPDATE users SET is_operator = true WHERE role IN ('admin', 'owner') AND NOT is_operator`,
    );
    await db.query(
      `INSERT INTO memberships (organization_id, user_id, role, created_at)
       SELECT $1, id, role, created_at FROM users WHERE role IS NOT NULL
       ON CONFLICT (organization_id, user_id) DO NOTHING`,
      [DEFAULT_ORGANIZATION],
    );
    for (const table of ['api_keys', 'documents'])
      await db.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${table}_organization_fkey`);
  }

  /** The migration before removes what this one filled. */
  async down(): Promise<void> {}
}
