import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sleep } from '../../common/timeouts.js';

const ATTEMPTS = 60;
const PAUSE_MS = 500;
/** How long the exchange of the key may make writers wait behind it. */
const LOCK_TIMEOUT = '2s';
const LOCK_NOT_AVAILABLE = '55P03';

const STATE = `
  SELECT EXISTS (
           SELECT FROM pg_constraint
           WHERE conname = 'document_terms_pkey' AND conrelid = 'document_terms'::regclass AND cardinality(conkey) = 3
         ) AS "isDone",
         EXISTS (
           SELECT FROM pg_index WHERE indexrelid = to_regclass('document_terms_next') AND NOT indisvalid
         ) AS "isBroken"`;

/**
 * A document may be found in several spaces, so a word of it has a row in each. The new key is built beside writers; the former one
 * is exchanged for it in a moment. A process of the version before reads and writes the same rows, of one space only.
 */
export class DocumentSpaces1798000100000 implements MigrationInterface {
  readonly name = 'DocumentSpaces1798000100000';
  /** PostgreSQL cannot build an index beside writers within a transaction, so each step can be repeated. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    const [{ isDone, isBroken }] = (await db.query(STATE)) as [{ isDone: boolean; isBroken: boolean }];
    if (isDone) return;
    // An interrupted earlier run left it half built and unused.
    if (isBroken) await db.query('DROP INDEX CONCURRENTLY document_terms_next');
    await db.query(
      `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS document_terms_next
       ON document_terms (document_id, term, space_id)`,
    );
    await exchangeKey(db);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DELETE FROM document_terms t USING document_indexes i
      WHERE i.document_id = t.document_id AND t.space_id <> i.space_id`);
    await db.query(`
      ALTER TABLE document_terms DROP CONSTRAINT document_terms_pkey,
        ADD CONSTRAINT document_terms_pkey PRIMARY KEY (document_id, term)`);
  }
}

/** Does not make writers wait for long behind a transaction that reads. */
async function exchangeKey(db: QueryRunner): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      // Several statements in one text are one transaction.
      await db.query(`
        SET LOCAL lock_timeout = '${LOCK_TIMEOUT}';
        ALTER TABLE document_terms DROP CONSTRAINT document_terms_pkey,
          ADD CONSTRAINT document_terms_pkey PRIMARY KEY USING INDEX document_terms_next`);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
