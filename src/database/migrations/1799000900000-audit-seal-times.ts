import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEX = 'audit_seals_sealed_at';

const BROKEN = `
  SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('public.${INDEX}') AND NOT indisvalid) AS "isBroken"`;

/** Creates the index by which the newest seals of all nodes are listed. A running service goes on sealing meanwhile. */
export class AuditSealTimes1799000900000 implements MigrationInterface {
  readonly name = 'AuditSealTimes1799000900000';
  /** PostgreSQL cannot build an index beside writers within a transaction, so each step can be repeated. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    const [{ isBroken }] = (await db.query(BROKEN)) as [{ isBroken: boolean }];
    // An interrupted earlier run left it half built and unused.
    if (isBroken) await db.query(`DROP INDEX CONCURRENTLY public.${INDEX}`);
    await db.query(
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${INDEX} ON public.audit_seals (sealed_at, node_id, number)`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX public.${INDEX}`);
  }
}
