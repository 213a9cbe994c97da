import type { MigrationInterface, QueryRunner } from 'typeorm';

const COLUMNS = `(reason, id, tool, action) WHERE reason IS NOT NULL`;

interface Partition {
  partition: string;
  index: string;
  /** An earlier try has left it half built; nobody uses it. */
  broken: boolean;
}

/** Partitions without an index of their own below the one of the table, and what it is to be called. */
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

/** The index behind the filter `reason`. A service that runs goes on writing while it is built, one partition after the other. */
export class AuditReasonIndex1795001500000 implements MigrationInterface {
  readonly name = 'AuditReasonIndex1795001500000';
  /** PostgreSQL builds no index beside writers within a transaction; so each step can be taken again. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE INDEX IF NOT EXISTS audit_events_reason ON ONLY public.audit_events ${COLUMNS}`);
    const partitions = (await db.query(MISSING)) as Partition[];
    for (const { partition, index, broken } of partitions) {
      if (broken) await db.query(`DROP INDEX CONCURRENTLY ${index}`);
      // The index is made where its table is, and takes no schema in its name.
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
