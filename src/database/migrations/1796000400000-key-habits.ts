import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tools of existing keys are known from their usage, so that none of them is new after the upgrade. */
export class KeyHabits1796000400000 implements MigrationInterface {
  readonly name = 'KeyHabits1796000400000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE key_habits (
        key_id uuid CONSTRAINT key_habits_pkey PRIMARY KEY,
        since timestamptz(3) NOT NULL,
        minute timestamptz(3) NOT NULL,
        calls integer NOT NULL DEFAULT 0,
        refusals integer NOT NULL DEFAULT 0,
        minutes integer NOT NULL DEFAULT 0,
        mean double precision NOT NULL DEFAULT 0,
        variance double precision NOT NULL DEFAULT 0,
        tools text[] NOT NULL DEFAULT '{}',
        scopes text[] NOT NULL DEFAULT '{}'
      )`);
    await db.query(`
      CREATE TABLE anomaly_notices (
        subject text NOT NULL,
        kind text NOT NULL,
        reported_at timestamptz(3) NOT NULL,
        CONSTRAINT anomaly_notices_pkey PRIMARY KEY (subject, kind)
      )`);
    await db.query(`
      INSERT INTO key_habits (key_id, since, minute, tools)
      SELECT key_id, now(), date_trunc('minute', now()),
             coalesce(array_agg(DISTINCT tool) FILTER (WHERE tool <> '' AND calls > denials), '{}')
      FROM key_usage GROUP BY key_id`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE anomaly_notices`);
    await db.query(`DROP TABLE key_habits`);
  }
}
