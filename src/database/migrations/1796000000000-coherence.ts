import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The columns that carry no power. A change of any other one is a change that all replicas apply. */
const POWERLESS = {
  api_keys: ['last_used_at', 'used_from', 'expiry_notified_for', 'metadata'],
  users: ['updated_at'],
};

/**
 * Replicas agree on changes by an epoch. Triggers count it, so that no writer can forget to, and at the end of the
 * transaction: the epoch is then locked for a moment only, after all other rows, so that no two transactions deadlock.
 */
export class Coherence1796000000000 implements MigrationInterface {
  readonly name = 'Coherence1796000000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE coherence_epoch (
        id boolean CONSTRAINT coherence_epoch_pkey PRIMARY KEY DEFAULT true CONSTRAINT coherence_epoch_single CHECK (id),
        epoch bigint NOT NULL DEFAULT 0
      )`);
    await db.query('INSERT INTO coherence_epoch DEFAULT VALUES');
    await db.query(`
      CREATE TABLE coherence_changes (
        epoch bigint NOT NULL,
        kind text NOT NULL,
        id text NOT NULL,
        CONSTRAINT coherence_changes_pkey PRIMARY KEY (epoch, kind, id)
      )`);
    await db.query(`
      CREATE TABLE coherence_replicas (
        id uuid CONSTRAINT coherence_replicas_pkey PRIMARY KEY,
        mode text NOT NULL,
        applied bigint NOT NULL DEFAULT 0,
        beat bigint NOT NULL DEFAULT 0
      ) WITH (fillfactor = 50)`);
    await db.query(RECORD_CHANGE);
    for (const [table, kind] of [
      ['api_keys', 'key'],
      ['users', 'user'],
    ] as const) {
      const powerless = `ARRAY[${POWERLESS[table].map((column) => `'${column}'`).join(', ')}]`;
      await db.query(`
        CREATE CONSTRAINT TRIGGER ${table}_changed AFTER UPDATE ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        WHEN ((to_jsonb(OLD) - ${powerless}) IS DISTINCT FROM (to_jsonb(NEW) - ${powerless}))
        EXECUTE FUNCTION coherence_record_change('${kind}', 'id')`);
      await db.query(`
        CREATE CONSTRAINT TRIGGER ${table}_deleted AFTER DELETE ON ${table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
        EXECUTE FUNCTION coherence_record_change('${kind}', 'id')`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of ['api_keys', 'users'])
      for (const event of ['changed', 'deleted'])
        await db.query(`DROP TRIGGER ${table}_${event} ON ${table}`);
    await db.query('DROP FUNCTION coherence_record_change()');
    await db.query('DROP TABLE coherence_replicas, coherence_changes, coherence_epoch');
  }
}

/**
 * Counts the epoch once in a transaction, and notes each changed row under it. Old changes are removed now and then: a
 * replica that misses some drops everything.
 */
const RECORD_CHANGE = `
  CREATE FUNCTION coherence_record_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  DECLARE
    changed text := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) ->> TG_ARGV[1] ELSE to_jsonb(NEW) ->> TG_ARGV[1] END;
    counted text[] := string_to_array(current_setting('bouncer.epoch', true), ' ');
    own text := pg_current_xact_id()::text;
    counter bigint;
  BEGIN
    IF counted[1] IS DISTINCT FROM own THEN
      UPDATE public.coherence_epoch SET epoch = epoch + 1 RETURNING epoch INTO STRICT counter;
      PERFORM set_config('bouncer.epoch', own || ' ' || counter, true);
      PERFORM pg_notify('coherence_changed', '');
      IF counter % 256 = 0 THEN
        DELETE FROM public.coherence_changes WHERE epoch <= counter - 4096;
      END IF;
    ELSE
      counter := counted[2];
    END IF;
    INSERT INTO public.coherence_changes (epoch, kind, id) VALUES (counter, TG_ARGV[0], changed) ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$`;
