import { type Submittable, types } from 'pg';
import { parseTimestamp, TIMESTAMPTZ } from './timestamp-text.js';

export type PreparedValue = string | number | Buffer | null;

export interface Statement {
  name: string;
  text: string;
}

/** Describes what is used of `pg`'s connection. */
interface Wire {
  stream: { cork(): void; uncork(): void };
  /** The texts of the statements that this connection has prepared, by name. */
  parsedStatements: Record<string, string | undefined>;
  parse(message: Statement): void;
  bind(message: { portal: string; statement: string; values: readonly (string | Buffer | null)[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  sync(): void;
}

interface Field {
  name: string;
  dataTypeID: Parameters<typeof types.getTypeParser>[0];
}

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

/** Finds the columns of each statement that a connection has described. */
const described = new WeakMap<object, Map<string, readonly Column[]>>();

/**
 * Executes a named prepared statement. `pg` has a statement described with each execution. This class remembers its
 * columns for each connection. They cannot change unnoticed, because PostgreSQL refuses to execute a prepared statement
 * whose result has other columns.
 */
export class PreparedQuery implements Submittable {
  /** Is set by `pg`. */
  callback?: (error: Error | null, rows?: object[]) => void;
  /** `pg` reads these when the statement is prepared. */
  readonly name: string;
  readonly text: string;
  private columns: readonly Column[] | undefined;
  private known: Map<string, readonly Column[]> | undefined;
  private readonly rows: object[] = [];
  private unreadable: Error | undefined;

  constructor(
    { name, text }: Statement,
    readonly values: readonly PreparedValue[],
  ) {
    this.name = name;
    this.text = text;
  }

  /** Sends everything in one write. */
  submit(connection: unknown): void {
    const wire = connection as Wire;
    const { name, text } = this;
    let known = described.get(wire);
    if (!known) described.set(wire, (known = new Map()));
    const isParsed = wire.parsedStatements[name] !== undefined;
    this.known = known;
    this.columns = isParsed ? known.get(name) : undefined;
    const values = this.values.map((value) => (typeof value === 'number' ? String(value) : value));
    wire.stream.cork();
    if (!isParsed) wire.parse({ name, text });
    wire.bind({ portal: '', statement: name, values });
    if (!this.columns) wire.describe({ type: 'P', name: '' });
    wire.execute({ portal: '', rows: 0 });
    wire.sync();
    wire.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse:
        dataTypeID === TIMESTAMPTZ
          ? parseTimestamp
          : (types.getTypeParser(dataTypeID, 'text') as Column['parse']),
    }));
    this.known?.set(this.name, this.columns);
  }

  handleDataRow({ fields: texts }: { fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    try {
      const columns = this.columns!;
      for (let index = 0; index < columns.length; index++) {
        const { name, parse } = columns[index]!;
        const text = texts[index]!;
        row[name] = text === null ? null : parse(text);
      }
      this.rows.push(row);
    } catch (error) {
      this.unreadable = error as Error;
    }
  }

  handleCommandComplete(): void {
    // The number of rows is known already.
  }

  handleReadyForQuery(): void {
    if (this.unreadable) this.callback?.(this.unreadable);
    else this.callback?.(null, this.rows);
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }
}
