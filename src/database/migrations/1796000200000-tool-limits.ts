import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ToolLimits1796000200000 implements MigrationInterface {
  readonly name = 'ToolLimits1796000200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE tool_limits (
        name text CONSTRAINT tool_limits_pkey PRIMARY KEY,
        per_minute integer,
        weight integer
      )`);
    // Every replica reads the limits again before a change of them is answered.
    await db.query(`
      CREATE CONSTRAINT TRIGGER tool_limits_changed AFTER INSERT OR UPDATE OR DELETE ON tool_limits
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION coherence_record_change('tool_limit', 'name')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE tool_limits');
  }
}
