import type { Pool } from 'pg';
import { type DataSource, type ObjectLiteral, QueryFailedError, type Repository } from 'typeorm';
import { PreparedQuery, type PreparedValue } from './prepared-query.js';
import { orUnnamed } from './stale-statement.js';

/**
 * Reads rows by a named prepared statement: each connection parses and plans it once, and a read is one round trip. The
 * rows are plain objects, as `pg` makes them. It is for reads that many calls make; others use a repository.
 *
 * The statement belongs to the session. A pooler in session mode keeps it, and one in transaction mode is not supported.
 */
export class PreparedRead<Row> {
  /** @param name identifies the statement in a connection, so no two texts may share it */
  constructor(
    private readonly dataSource: DataSource,
    readonly name: string,
    readonly text: string,
  ) {}

  /**
   * Selects columns of an entity under the names of its properties.
   * @param rest what follows the table: the condition, the order and the limit
   *
   * @example
   * ```ts
   * PreparedRead.of(invoices, 'invoices_get', ['id', 'total'], 'WHERE owner_id = $1 AND id = $2');
   * ```
   */
  static of<Entity extends ObjectLiteral, Property extends keyof Entity & string>(
    repository: Repository<Entity>,
    name: string,
    properties: readonly Property[],
    rest: string,
  ): PreparedRead<Pick<Entity, Property>> {
    const { metadata, manager } = repository;
    const columns = properties.map(
      (property) => `"${metadata.findColumnWithPropertyName(property)!.databaseName}" AS "${property}"`,
    );
    const text = `SELECT ${columns.join(', ')} FROM "${metadata.tableName}" ${rest}`;
    return new PreparedRead(manager.dataSource, name, text);
  }

  /** @throws QueryFailedError, as a repository does */
  async rows(values: PreparedValue[]): Promise<Row[]> {
    const { logger } = this.dataSource;
    logger.logQuery(this.text, values);
    try {
      return await this.query(values);
    } catch (error) {
      logger.logQueryError(error as Error, this.text, values);
      throw new QueryFailedError(this.text, values, error as Error);
    }
  }

  private query(values: PreparedValue[]): Promise<Row[]> {
    return orUnnamed(
      // The pool returns a promise of what the query passes to its callback, which its types do not declare.
      () => this.pool().query(new PreparedQuery(this, values)) as unknown as Promise<Row[]>,
      async () => (await this.pool().query({ text: this.text, values })).rows as Row[],
    );
  }

  private pool(): Pool {
    const { master } = this.dataSource.driver as { master?: Pool };
    if (!master) throw new Error('The connection to PostgreSQL is closed');
    return master;
  }
}
