import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What administrators have stopped: a tool by its name, or all calls under `*`. All replicas apply a change. */
export class CallStops1796000050000 implements MigrationInterface {
  readonly name = 'CallStops1796000050000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE call_stops (
        name text CONSTRAINT call_stops_pkey PRIMARY KEY,
        message text,
        until timestamptz(3),
        stopped_by uuid NOT NULL,
        stopped_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await db.query(`
      CREATE CONSTRAINT TRIGGER call_stops_changed AFTER INSERT OR UPDATE OR DELETE ON call_stops
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION coherence_record_change('stop', 'name')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE call_stops');
  }
}
