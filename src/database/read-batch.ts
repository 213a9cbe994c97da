import { type Submittable, types } from 'pg';
import { encodeExecutions, type PreparedValue } from './executions.js';
import { parseTimestamp, TIMESTAMPTZ } from './timestamp-text.js';

export interface Statement {
  name: string;
  text: string;
}

/** Describes what is used of `pg`'s connection. */
interface Wire {
  stream: { writable: boolean; write(bytes: Buffer): void };
  /** The texts of the statements that this connection has prepared, by name. */
  parsedStatements: Record<string, string | undefined>;
  parse(message: Statement): void;
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

/** An execution that waits for its rows. */
export class WaitingRead {
  readonly rows: object[] = [];
  private unreadable: Error | undefined;

  constructor(
    readonly values: readonly PreparedValue[],
    readonly resolve: (rows: object[]) => void,
    readonly reject: (error: Error) => void,
  ) {}

  addRow(columns: readonly Column[], texts: readonly (string | null)[]): void {
    const row: Record<string, unknown> = {};
    try {
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

  complete(): void {
    if (this.unreadable) this.reject(this.unreadable);
    else this.resolve(this.rows);
  }
}

/**
 * Executes a named prepared statement for several reads in one round trip. PostgreSQL answers in order. After an error
 * it executes none of the rest, which are then in {@link left}.
 *
 * `pg` has a statement described with each execution. This class remembers its columns for each connection. They cannot
 * change unnoticed, because PostgreSQL refuses to execute a prepared statement whose result has other columns.
 */
export class ReadBatch implements Submittable {
  /** Is set by `pg`. */
  callback?: (error: Error | null) => void;
  /** `pg` reads these when the statement is prepared. */
  readonly name: string;
  readonly text: string;
  private columns: readonly Column[] | undefined;
  private known: Map<string, readonly Column[]> | undefined;
  private completed = 0;

  constructor(
    { name, text }: Statement,
    private readonly reads: readonly WaitingRead[],
  ) {
    this.name = name;
    this.text = text;
  }

  /** The reads without an answer, in the order of their execution. */
  get left(): WaitingRead[] {
    return this.reads.slice(this.completed);
  }

  /** Sends everything in one write once the connection has prepared the statement. */
  submit(connection: unknown): void {
    const wire = connection as Wire;
    const { name, text } = this;
    let known = described.get(wire);
    if (!known) described.set(wire, (known = new Map()));
    const isParsed = wire.parsedStatements[name] !== undefined;
    this.known = known;
    this.columns = isParsed ? known.get(name) : undefined;
    if (!isParsed) wire.parse({ name, text });
    const inputs = this.reads.map(({ values }) => values);
    // A closed connection reports its end to the batch.
    if (wire.stream.writable) wire.stream.write(encodeExecutions(name, inputs, this.columns === undefined));
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
    this.reads[this.completed]!.addRow(this.columns!, texts);
  }

  handleCommandComplete(): void {
    this.reads[this.completed++]!.complete();
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }
}
