import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withBriefLock } from '../brief-lock.js';

const NAME = 'documents_member_fkey';
const STATE = `SELECT convalidated AS "isValid" FROM pg_constraint WHERE conname = $1`;
const WITHOUT_MEMBER = `
  SELECT FROM documents d WHERE NOT EXISTS (
    SELECT FROM memberships m WHERE m.organization_id = d.organization_id AND m.user_id = d.owner_id
  ) LIMIT 1`;

/**
 * A document belongs to a member of its organisation, so that one that is written while its owner is removed either goes with the
 * removal or is refused.
 */
export class OwnersOfDocumentsAreMembers1798000510000 implements MigrationInterface {
  readonly name = 'OwnersOfDocumentsAreMembers1798000510000';
  /** The tables are locked for a moment, and writers go on while the rows are checked. Each step can be repeated. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    const [known] = (await db.query(STATE, [NAME])) as { isValid: boolean }[];
    if (known === undefined)
      await withBriefLock(db, [
        `ALTER TABLE documents ADD CONSTRAINT ${NAME} FOREIGN KEY (organization_id, owner_id)
         REFERENCES memberships (organization_id, user_id) NOT VALID`,
      ]);
    // What a removal left behind before stays, and the constraint then holds for all that is written from now on.
    const left = (await db.query(WITHOUT_MEMBER)) as unknown[];
    if (known?.isValid !== true && left.length === 0)
      await db.query(`ALTER TABLE documents VALIDATE CONSTRAINT ${NAME}`);
  }

  async down(db: QueryRunner): Promise<void> {
    await withBriefLock(db, [`ALTER TABLE documents DROP CONSTRAINT IF EXISTS ${NAME}`]);
  }
}
