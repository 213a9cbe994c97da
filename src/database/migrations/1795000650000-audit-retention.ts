import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditRetention1795000650000 implements MigrationInterface {
  readonly name = 'AuditRetention1795000650000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE SCHEMA audit_archive`);
    await db.query(`
      CREATE TABLE audit_retention (
        partition text CONSTRAINT audit_retention_pkey PRIMARY KEY,
        since timestamptz(3) NOT NULL,
        before timestamptz(3) NOT NULL,
        rows bigint NOT NULL,
        detached_at timestamptz(3) NOT NULL,
        key_id text NOT NULL,
        signature bytea NOT NULL
      )`);
    // The service may not alter tables, so it calls this function for this one operation. The function itself checks
    // that the partition is old enough and completely sealed. It locks the whole table last and briefly.
    await db.query(`
      CREATE FUNCTION audit_detach_partition(partition text, retention_days integer)
      RETURNS TABLE (since timestamptz, before timestamptz, row_count bigint)
      LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, public, pg_temp
      SET lock_timeout = '5s'
      SET timezone = 'UTC'
      SET datestyle = 'ISO' AS $$
      DECLARE
        bounds text[];
        unsealed bigint;
      BEGIN
        IF retention_days IS NULL OR retention_days < 30 THEN
          RAISE EXCEPTION 'retention_days must be at least 30' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        SELECT regexp_match(pg_get_expr(relpartbound, oid), '^FOR VALUES FROM \\(''([^'']+)''\\) TO \\(''([^'']+)''\\)$')
        INTO bounds
        FROM pg_class JOIN pg_inherits ON inhrelid = oid
        WHERE inhparent = 'public.audit_events'::regclass AND relnamespace = 'public'::regnamespace
          AND relname = partition;
        IF bounds IS NULL THEN
          RAISE EXCEPTION '% is not a partition of audit_events with bounds', partition USING ERRCODE = 'undefined_table';
        END IF;
        since := bounds[1];
        before := bounds[2];
        IF before + make_interval(days => retention_days) > now() THEN
          RAISE EXCEPTION '% has not ended % days ago', partition, retention_days
            USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        EXECUTE format('LOCK TABLE public.%I IN SHARE MODE', partition);
        EXECUTE format(
          'SELECT count(*), count(*) FILTER (WHERE node_seq > coalesce((
             SELECT to_seq FROM public.audit_seals AS seal
             WHERE seal.node_id = event.node_id AND seal.from_seq <= event.node_seq
             ORDER BY seal.from_seq DESC LIMIT 1), 0))
           FROM public.%I AS event', partition) INTO row_count, unsealed;
        IF unsealed > 0 THEN
          RAISE EXCEPTION '% has % rows that are not sealed', partition, unsealed
            USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        EXECUTE format('ALTER TABLE public.audit_events DETACH PARTITION public.%I', partition);
        EXECUTE format('ALTER TABLE public.%I SET SCHEMA audit_archive', partition);
        RETURN NEXT;
      END $$`);
    await db.query(`REVOKE ALL ON FUNCTION audit_detach_partition(text, integer) FROM PUBLIC`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP FUNCTION audit_detach_partition(text, integer)`);
    await db.query(`DROP TABLE audit_retention`);
    // PostgreSQL refuses this while the schema contains anything, so that a revert cannot delete rows.
    await db.query(`DROP SCHEMA audit_archive`);
  }
}
