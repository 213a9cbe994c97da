import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityMetadata } from 'typeorm';
import { StartMistakes } from '../../errors/start-mistakes.js';
import { COLUMN, POLICY, quotedTable, TAKES_CURRENT } from './organization-security.js';

/** Selects those that have the column, and no policy. Where a migration is still to be written, there is no column either. */
const OPEN_TABLES = `
  SELECT place::int FROM unnest($1::text[]) WITH ORDINALITY AS asked (name, place)
  JOIN pg_attribute ON attrelid = to_regclass(name) AND attname = '${COLUMN}'
  WHERE NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = attrelid AND polname = '${POLICY}')`;

/** Checks at start that PostgreSQL keeps organisations apart in the table of each entity with an `@OrganizationColumn`. */
@Injectable()
export class OrganizationCheck implements OnApplicationBootstrap {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly mistakes: StartMistakes,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const entities = this.dataSource.entityMetadatas.filter(isOfOrganizations);
    if (entities.length === 0) return;
    const tables = entities.map(({ tablePath }) => quotedTable(tablePath));
    const rows = await this.dataSource.query<{ place: number }[]>(OPEN_TABLES, [tables]);
    for (const { place } of rows) {
      const { name, tablePath } = entities[place - 1]!;
      this.mistakes.add(
        `${name}: has an @OrganizationColumn, but PostgreSQL does not keep organisations apart in its table; call enableOrganizationSecurity(db, '${tablePath}') in a migration`,
      );
    }
  }
}

const isOfOrganizations = ({ columns }: EntityMetadata): boolean =>
  columns.some(
    (column) =>
      column.databaseName === COLUMN &&
      typeof column.default === 'function' &&
      (column.default as () => unknown)() === TAKES_CURRENT,
  );
