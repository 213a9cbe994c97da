import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Returns the pool of connections behind a data source. @throws Error when it is closed */
export function poolOf(dataSource: DataSource): Pool {
  const { master } = dataSource.driver as { master?: Pool };
  if (!master) throw new Error('The connection to PostgreSQL is closed');
  return master;
}
