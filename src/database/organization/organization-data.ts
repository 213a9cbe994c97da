import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, QueryResult } from 'pg';
import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { poolOf } from '../pool.js';
import { OrganizationQuery } from './organization-query.js';
import { type OrganizationRef, SET_ORGANIZATION, settingOf } from './organization-setting.js';

/**
 * Reads and writes the rows of one organisation. PostgreSQL itself refuses those of every other (row level security),
 * whatever a statement forgets to ask for. Without it a repository finds no row of a table with an
 * {@link OrganizationColumn}, and cannot write one.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class InvoicesService {
 *   constructor(private readonly data: OrganizationData) {}
 *
 *   list(caller: Caller): Promise<Invoice[]> {
 *     return this.data.transaction(caller, (manager) => manager.find(Invoice, { where: { ownerId: caller.userId } }));
 *   }
 * }
 * ```
 */
@Injectable()
export class OrganizationData {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Runs a transaction for an organisation.
   *
   * @example `this.data.transaction(caller, (manager) => manager.save(Invoice, invoice))`
   */
  transaction<T>(of: OrganizationRef, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await enterOrganization(manager, of);
      return work(manager);
    });
  }

  /**
   * Runs one statement for an organisation, in one round trip.
   * @returns its rows
   * @throws QueryFailedError, as a repository does
   *
   * @example `this.data.query<{ total: number }>(caller, 'SELECT sum(amount)::int AS total FROM invoices')`
   */
  async query<Row extends object>(of: OrganizationRef, text: string, values: unknown[] = []): Promise<Row[]> {
    const { logger } = this.dataSource;
    logger.logQuery(text, values);
    try {
      return await queryInOrganization<Row>(poolOf(this.dataSource), settingOf(of), { text, values });
    } catch (error) {
      logger.logQueryError(error as Error, text, values);
      throw new QueryFailedError(text, values, error as Error);
    }
  }
}

/** Makes the rest of a transaction one of an organisation. */
export async function enterOrganization(manager: EntityManager, of: OrganizationRef): Promise<void> {
  await manager.query(SET_ORGANIZATION, [settingOf(of)]);
}

/** Runs one statement of `pg`. @param organization the value of the parameter */
export async function queryInOrganization<Row extends object>(
  pool: Pool,
  organization: string,
  statement: { name?: string; text: string; values: unknown[] },
): Promise<Row[]> {
  // The pool returns a promise, which its types do not declare.
  const result = pool.query(new OrganizationQuery(statement, organization)) as unknown as Promise<
    QueryResult<Row>
  >;
  return (await result).rows;
}
