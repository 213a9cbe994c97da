import { DatabaseError } from 'pg';
import { type DataSource, type ObjectLiteral, QueryFailedError, type Repository } from 'typeorm';
import { atEndOfIteration } from '../common/event-loop.js';
import { isStaleStatement } from './database-errors.js';
import type { PreparedValue } from './executions.js';
import { queryInOrganization } from './organization/organization-data.js';
import { NONE, type OrganizationRef, settingOf } from './organization/organization-setting.js';
import { poolOf } from './pool.js';
import { ReadBatch, WaitingRead } from './read-batch.js';

/** The most reads in one round trip, so that none waits for many others. */
const MOST_AT_ONCE = 16;

/**
 * Reads rows by a named prepared statement: each connection parses and plans it once. Reads of an iteration of the event
 * loop share a connection and a round trip, because a round trip costs more than most reads. The rows are plain
 * objects, as `pg` makes them.
 *
 * It is for quick reads that many calls make; others use a repository. A read may wait for 15 others of the same
 * statement, so a statement that takes long slows down all of them. It must not write: an error may undo what was
 * written for another call.
 *
 * The statement belongs to the session. A pooler in session mode keeps it, and one in transaction mode is not supported.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class InvoiceTools {
 *   private readonly one: PreparedRead<Pick<Invoice, 'id' | 'total'>>;
 *
 *   constructor(@InjectRepository(Invoice) invoices: Repository<Invoice>) {
 *     this.one = PreparedRead.of(invoices, 'invoices_get', ['id', 'total'], 'WHERE owner_id = $1 AND id = $2');
 *   }
 *
 *   @Tool({ name: 'invoices_get', description: 'Reads an invoice' })
 *   @Scopes('invoices:read')
 *   async get(@Input() { id }: InvoiceIdDto, @CurrentCaller() caller: Caller) {
 *     const [invoice] = await this.one.rows([caller.userId, id]);
 *     if (!invoice) throw notFound('Invoice');
 *     return invoice;
 *   }
 * }
 * ```
 */
export class PreparedRead<Row> {
  private waiting: WaitingRead[] = [];

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

  /**
   * @param of whose rows it may see, where the table is one of organisations: PostgreSQL gives no other
   * @throws QueryFailedError, as a repository does
   *
   * @example
   * ```ts
   * const [invoice] = await this.one.rows([caller.userId, id], caller);
   * ```
   */
  rows(values: PreparedValue[], of?: OrganizationRef): Promise<Row[]> {
    const { logger } = this.dataSource;
    const organization = of === undefined ? NONE : settingOf(of);
    logger.logQuery(this.text, values);
    return new Promise<Row[]>((resolve, reject) => {
      const fail = (error: Error) => {
        logger.logQueryError(error, this.text, values);
        reject(new QueryFailedError(this.text, values, error));
      };
      this.waiting.push(new WaitingRead(values, organization, resolve as (rows: object[]) => void, fail));
      if (this.waiting.length === 1) atEndOfIteration(() => this.sendWaiting());
    });
  }

  private sendWaiting(): void {
    const { waiting } = this;
    this.waiting = [];
    for (let from = 0; from < waiting.length; from += MOST_AT_ONCE)
      void this.send(waiting.slice(from, from + MOST_AT_ONCE));
  }

  private async send(reads: readonly WaitingRead[]): Promise<void> {
    const batch = new ReadBatch(this, reads);
    try {
      // The pool returns a promise, which its types do not declare.
      await (poolOf(this.dataSource).query(batch) as unknown as Promise<void>);
    } catch (error) {
      const { left } = batch;
      // Without a connection none of them can be read. PostgreSQL itself refuses one of them.
      if (!(error instanceof DatabaseError)) for (const read of left) read.reject(error as Error);
      else await this.settle(left, error);
    }
  }

  /** @param left the reads without an answer; the error is that of the first */
  private async settle([failed, ...unexecuted]: WaitingRead[], error: DatabaseError): Promise<void> {
    // Each goes alone now, so that it fails because of its own values only.
    for (const read of unexecuted) void this.send([read]);
    if (!failed) return;
    if (!isStaleStatement(error)) return failed.reject(error);
    try {
      const { values, organization } = failed;
      const statement = { text: this.text, values: [...values] };
      failed.resolve(await queryInOrganization(poolOf(this.dataSource), organization, statement));
    } catch (again) {
      failed.reject(again as Error);
    }
  }
}
