import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withBriefLock } from '../brief-lock.js';

const trigger = (columns: string) => `
  CREATE CONSTRAINT TRIGGER organizations_changed AFTER UPDATE ON organizations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((${columns.replaceAll('$', 'OLD')}) IS DISTINCT FROM (${columns.replaceAll('$', 'NEW')}))
  EXECUTE FUNCTION coherence_record_change('user', 'id')`;
const exchange = (columns: string) => [
  'DROP TRIGGER organizations_changed ON organizations',
  trigger(columns),
];

/** Callers are held in memory with the name of their organisation, too. */
export class NamesOfOrganizations1798000520000 implements MigrationInterface {
  readonly name = 'NamesOfOrganizations1798000520000';
  /** The table is locked for a moment. */
  readonly transaction = false;

  up(db: QueryRunner): Promise<void> {
    return withBriefLock(db, exchange('$.name, $.requests_per_minute'));
  }

  down(db: QueryRunner): Promise<void> {
    return withBriefLock(db, exchange('$.requests_per_minute'));
  }
}
