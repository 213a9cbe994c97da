import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The calls a minute of an organisation. Callers are held in memory with it, so a change of it is one that all replicas apply. */
export class OrganizationLimits1798000500000 implements MigrationInterface {
  readonly name = 'OrganizationLimits1798000500000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE organizations ADD requests_per_minute integer');
    await db.query(`
      CREATE CONSTRAINT TRIGGER organizations_changed AFTER UPDATE ON organizations
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN (OLD.requests_per_minute IS DISTINCT FROM NEW.requests_per_minute)
      EXECUTE FUNCTION coherence_record_change('user', 'id')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TRIGGER organizations_changed ON organizations');
    await db.query('ALTER TABLE organizations DROP COLUMN requests_per_minute');
  }
}
