import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = `(reason, id, tool, action) WHERE reason IS NOT NULL`;

interface Partition {
  partition: string;
  index: string;
  /** Whether an interrupted earlier run left the index half built and unused. */
  broken: boolean;
}

/** Selects the partitions without an index below the index of the table, and the name that theirs will have. */
const MISSING = `
  SELECT partition.oid::regclass::text AS partition,
         format('public.%I', partition.relname || '_reason') AS index,
         coalesce(NOT known.indisvalid, false) AS broken
  FROM pg_inherits
  JOIN pg_class partition ON partition.oid = inhrelid
  LEFT JOIN pg_index known ON known.indexrelid = to_regclass(format('public.%I', partition.relname || '_reason'))
  WHERE inhparent = 'public.audit_events'::regclass AND NOT EXISTS (
    SELECT FROM pg_index own JOIN pg_inherits below ON below.inhrelid = own.indexrelid
    WHERE own.indrelid = partition.oid AND below.inhparent = 'public.audit_events_reason'::regclass)
  ORDER BY 1`;

/**
 * Creates the index for the filter `reason`, one partition after the other. A running service continues to write
 * meanwhile.
 */
export class AuditReasonIndex1795001500000 implements MigrationInterface {
  readonly name = 'AuditReasonIndex1795001500000';
  /** PostgreSQL cannot build an index beside writers within a transaction, so each step can be repeated. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE INDEX IF NOT EXISTS audit_events_reason ON ONLY public.audit_events ${COLUMNS}`);
    const partitions = (await db.query(MISSING)) as Partition[];
    for (const { partition, index, broken } of partitions) {
      if (broken) await db.query(`DROP INDEX CONCURRENTLY ${index}`);
      // PostgreSQL creates an index in the schema of its table, and its name must not contain a schema.
      await db.query(
        `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${index.replace(/^public\./, '')} ON ${partition} ${COLUMNS}`,
      );
      await db.query(`ALTER INDEX public.audit_events_reason ATTACH PARTITION ${index}`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX public.audit_events_reason');
  }
}
