import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withBriefLock } from '../brief-lock.js';
import { addingPolicy, droppingPolicy } from '../organization/organization-security.js';

const TABLES = ['documents', 'document_shares', 'document_source_shares'];
const POLICIES = `
  SELECT polrelid::regclass::text AS name FROM pg_policy WHERE polname = 'organization' AND polrelid::regclass::text = ANY ($1)`;

/** PostgreSQL holds documents, and what they are shared with, to the organisation that a statement is for. */
export class DocumentsOfOrganizations1798000310000 implements MigrationInterface {
  readonly name = 'DocumentsOfOrganizations1798000310000';
  /** Each table is locked on its own for a moment, so each step can be repeated. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    const done = await withPolicy(db);
    for (const table of TABLES) if (!done.has(table)) await withBriefLock(db, addingPolicy(table));
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of await withPolicy(db)) await withBriefLock(db, droppingPolicy(table));
  }
}

async function withPolicy(db: QueryRunner): Promise<Set<string>> {
  const rows = (await db.query(POLICIES, [TABLES])) as { name: string }[];
  return new Set(rows.map(({ name }) => name));
}
