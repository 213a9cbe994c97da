import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Gives the library the service's own pool, with columns in snake case. The pool is not its to close. */
export function authDatabase(dataSource: DataSource) {
  const pool = () => {
    const { master } = dataSource.driver as { master?: Pool };
    if (!master) throw new Error('The connection to PostgreSQL is closed');
    return master;
  };
  const dialect = new PostgresDialect({ pool: () => Promise.resolve(pool()) });
  const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];
  return {
    db: new Kysely<Record<string, never>>({ dialect, plugins }),
    type: 'postgres' as const,
    transaction: true,
  };
}
