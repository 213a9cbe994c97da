import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key of the seals hands over to the next one, once, by a statement that both sign. */
export class AuditKeyHandovers1796000700000 implements MigrationInterface {
  readonly name = 'AuditKeyHandovers1796000700000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE audit_key_handovers (
        from_key bytea CONSTRAINT audit_key_handovers_pkey PRIMARY KEY,
        to_key bytea NOT NULL,
        compromised boolean NOT NULL,
        handed_over_at timestamptz(3) NOT NULL,
        heads bytea NOT NULL,
        statements bytea NOT NULL,
        from_signature bytea NOT NULL,
        to_signature bytea NOT NULL
      )`);
    await db.query(`
      CREATE TRIGGER audit_key_handovers_append_only BEFORE UPDATE OR DELETE ON audit_key_handovers
      FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()`);
    await db.query(`
      CREATE TRIGGER audit_key_handovers_no_truncate BEFORE TRUNCATE ON audit_key_handovers
      FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE audit_key_handovers`);
  }
}
