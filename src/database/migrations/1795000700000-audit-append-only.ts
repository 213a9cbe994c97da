import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lists the functions that nobody may call by default. `service-role.ts` grants the service's role those that it
 * calls.
 */
const FUNCTIONS = [
  'audit_prepare_partitions(integer)',
  'audit_guard_partition(regclass)',
  'audit_refuse_change()',
];

export class AuditAppendOnly1795000700000 implements MigrationInterface {
  readonly name = 'AuditAppendOnly1795000700000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION audit_refuse_change() RETURNS trigger
      LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
      BEGIN
        RAISE EXCEPTION 'The audit is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
          USING ERRCODE = 'insufficient_privilege';
      END $$`);
    // PostgreSQL clones a row trigger to every partition, also to later ones, but it does not clone a TRUNCATE
    // trigger.
    await db.query(`
      CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
      FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()`);
    await db.query(`
      CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
      FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()`);
    // A new partition gets the default privileges of its owner, which may be too wide, so it is given those of the
    // table.
    await db.query(`
      CREATE FUNCTION audit_guard_partition(partition regclass) RETURNS void
      LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
      DECLARE
        held record;
      BEGIN
        EXECUTE format(
          'CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON %s
           FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_change()', partition);
        FOR held IN
          SELECT DISTINCT grantee FROM pg_class, aclexplode(relacl)
          WHERE pg_class.oid = partition AND grantee <> relowner
        LOOP
          EXECUTE format('REVOKE ALL ON %s FROM %s', partition,
            CASE held.grantee WHEN 0 THEN 'PUBLIC' ELSE held.grantee::regrole::text END);
        END LOOP;
        FOR held IN
          SELECT grantee, privilege_type FROM pg_class, aclexplode(relacl)
          WHERE pg_class.oid = 'public.audit_events'::regclass AND grantee NOT IN (0, relowner)
        LOOP
          EXECUTE format('GRANT %s ON %s TO %s', held.privilege_type, partition, held.grantee::regrole);
        END LOOP;
      END $$`);
    await db.query(`
      SELECT audit_guard_partition(inhrelid) FROM pg_inherits WHERE inhparent = 'audit_events'::regclass`);
    // The service may not create tables, so it calls this function for this one operation. It creates each month
    // separately, so that a month that fails (the default partition already has rows of it) does not prevent the
    // others.
    await db.query(`
      CREATE FUNCTION audit_prepare_partitions(months_ahead integer)
      RETURNS TABLE (partition text, problem text)
      LANGUAGE plpgsql SECURITY DEFINER
      SET search_path = pg_catalog, public, pg_temp
      SET lock_timeout = '5s' AS $$
      DECLARE
        month timestamp;
      BEGIN
        IF months_ahead IS NULL OR months_ahead NOT BETWEEN 0 AND 12 THEN
          RAISE EXCEPTION 'months_ahead must be from 0 to 12' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        FOR ahead IN 0..months_ahead LOOP
          month := date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => ahead);
          partition := 'audit_events_' || to_char(month, 'YYYY_MM');
          CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
          BEGIN
            EXECUTE format(
              'CREATE TABLE public.%I PARTITION OF public.audit_events FOR VALUES FROM (%L) TO (%L)', partition,
              to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
              to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
            PERFORM public.audit_guard_partition(('public.' || partition)::regclass);
          EXCEPTION
            WHEN duplicate_table OR unique_violation THEN
              NULL; -- Another replica was faster.
            WHEN OTHERS THEN
              problem := SQLERRM;
              RETURN NEXT;
          END;
        END LOOP;
      END $$`);
    for (const name of FUNCTIONS) await db.query(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
  }

  async down(db: QueryRunner): Promise<void> {
    // CASCADE also drops the triggers, including those of the partitions.
    for (const name of FUNCTIONS) await db.query(`DROP FUNCTION ${name} CASCADE`);
  }
}
