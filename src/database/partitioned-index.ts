import type { QueryRunner } from 'typeorm';

/** An index of a partitioned table. */
export interface PartitionedIndex {
  table: string;
  /** The last part of its name, such as `reason` of `audit_events_reason`. */
  name: string;
  /** The last part of that of a partition, as PostgreSQL would call it, such as `reason_id_idx`: it calls those of new ones so. */
  ofPartition: string;
  /** The columns in parentheses, and a condition. */
  columns: string;
}

interface Partition {
  partition: string;
  index: string;
  /** Whether an interrupted earlier run left the index half built and unused. */
  broken: boolean;
}

/** Selects the partitions without an index below the index of the table, and the name that theirs will have. */
const MISSING = `
  SELECT partition.oid::regclass::text AS partition,
         format('public.%I', partition.relname || '_' || $3::text) AS index,
         coalesce(NOT known.indisvalid, false) AS broken
  FROM pg_inherits
  JOIN pg_class partition ON partition.oid = inhrelid
  LEFT JOIN pg_index known ON known.indexrelid = to_regclass(format('public.%I', partition.relname || '_' || $3::text))
  WHERE inhparent = $1::regclass AND NOT EXISTS (
    SELECT FROM pg_index own JOIN pg_inherits below ON below.inhrelid = own.indexrelid
    WHERE own.indrelid = partition.oid AND below.inhparent = ($1 || '_' || $2)::regclass)
  ORDER BY 1`;

/**
 * Creates an index on one partition after the other, while a running service continues to write. Call it in a migration
 * without a transaction: PostgreSQL cannot build an index beside writers within one, so each step can be repeated.
 *
 * @example
 * ```ts
 * const reason = { name: 'reason', ofPartition: 'reason_id_idx', columns: '(reason, id)' };
 * await createPartitionedIndex(db, { table: 'audit_events', ...reason });
 * ```
 */
export async function createPartitionedIndex(
  db: QueryRunner,
  { table, name, ofPartition, columns }: PartitionedIndex,
): Promise<void> {
  const whole = `public.${table}_${name}`;
  await db.query(`CREATE INDEX IF NOT EXISTS ${table}_${name} ON ONLY public.${table} ${columns}`);
  const partitions = (await db.query(MISSING, [`public.${table}`, name, ofPartition])) as Partition[];
  for (const { partition, index, broken } of partitions) {
    if (broken) await db.query(`DROP INDEX CONCURRENTLY ${index}`);
    // PostgreSQL creates an index in the schema of its table, and its name must not contain a schema.
    await db.query(
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${index.replace(/^public\./, '')} ON ${partition} ${columns}`,
    );
    await db.query(`ALTER INDEX ${whole} ATTACH PARTITION ${index}`);
  }
}
