import type { MigrationInterface, QueryRunner } from 'typeorm';

const SETTING = `pg_catalog.current_setting('bouncer.organization', true)`;

/**
 * Creates the function that says whose rows a statement may touch: `null` stands for none, and for all. Processes of the version
 * before, and people with `psql`, set nothing: theirs are the rows of the default organisation.
 */
export class CurrentOrganization1798000300000 implements MigrationInterface {
  readonly name = 'CurrentOrganization1798000300000';

  async up(db: QueryRunner): Promise<void> {
    // It has no settings of its own, so that PostgreSQL puts its text in the place of each call.
    await db.query(`
      CREATE FUNCTION current_organization() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT CASE ${SETTING} WHEN 'none' THEN NULL WHEN 'all' THEN NULL
          ELSE coalesce(nullif(${SETTING}, '')::uuid, '00000000-0000-7000-8000-000000000001') END
      $$`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP FUNCTION current_organization()');
  }
}
