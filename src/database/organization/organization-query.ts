import { Query, type QueryConfig, type Submittable } from 'pg';
import { encodeExecutions } from '../executions.js';
import { SET_ORGANIZATION } from './organization-setting.js';

/** Describes what is used of `pg`'s connection. */
interface Wire {
  stream: { cork(): void; uncork(): void; write(bytes: Buffer): void };
  parse(message: { name: string; text: string }): void;
}

/** Describes what is used of `pg`'s query, which its types do not declare as methods. */
interface PgQuery extends Submittable {
  submit(connection: unknown): Error | null | void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: unknown): void;
}

const PgQuery = Query as unknown as new (config: QueryConfig & { queryMode: 'extended' }) => PgQuery;

const UNNAMED = '';

/**
 * A statement of its own for one organisation, in one round trip: the parameter is set in the same write, and the
 * transaction of the statement ends with it.
 *
 * @example `pool.query(new OrganizationQuery({ text, values }, settingOf(caller)))`
 */
export class OrganizationQuery extends PgQuery {
  private isSet = false;

  /** @param organization the value of the parameter */
  constructor(
    config: QueryConfig,
    private readonly organization: string,
  ) {
    super({ ...config, queryMode: 'extended' });
  }

  override submit(connection: unknown): Error | null | void {
    const wire = connection as Wire;
    const { stream } = wire;
    stream.cork();
    try {
      wire.parse({ name: UNNAMED, text: SET_ORGANIZATION });
      stream.write(
        encodeExecutions([{ statement: UNNAMED, values: [this.organization] }], { isLast: false }),
      );
      return super.submit(connection);
    } finally {
      stream.uncork();
    }
  }

  override handleDataRow(message: unknown): void {
    if (this.isSet) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: unknown): void {
    if (this.isSet) super.handleCommandComplete(message, connection);
    this.isSet = true;
  }
}
