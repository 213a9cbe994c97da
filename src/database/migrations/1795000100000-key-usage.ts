import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeyUsage1795000100000 implements MigrationInterface {
  readonly name = 'KeyUsage1795000100000';

  async up(db: QueryRunner): Promise<void> {
    // The counters of today change with every batch. Free space on each page lets PostgreSQL update them in place.
    await db.query(`
      CREATE TABLE key_usage (
        key_id uuid NOT NULL,
        day date NOT NULL,
        action text NOT NULL,
        tool text NOT NULL,
        calls bigint NOT NULL DEFAULT 0,
        failures bigint NOT NULL DEFAULT 0,
        denials bigint NOT NULL DEFAULT 0,
        limits_hit bigint NOT NULL DEFAULT 0,
        CONSTRAINT key_usage_pkey PRIMARY KEY (key_id, day, action, tool)
      ) WITH (fillfactor = 70)`);
    // No audit row may be inserted between the count and the commit.
    await db.query(`LOCK TABLE audit_events IN SHARE MODE`);
    await db.query(`
      INSERT INTO key_usage (key_id, day, action, tool, calls, failures, denials, limits_hit)
      SELECT key_id,
             (occurred_at AT TIME ZONE 'UTC')::date,
             action,
             CASE WHEN reason = 'unknown_tool' THEN '' ELSE coalesce(tool, '') END,
             count(*),
             count(*) FILTER (WHERE outcome = 'failure'),
             count(*) FILTER (WHERE outcome = 'denied'),
             count(*) FILTER (WHERE reason = 'rate_limited')
      FROM audit_events
      WHERE key_id IS NOT NULL
      GROUP BY 1, 2, 3, 4`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE key_usage`);
  }
}
