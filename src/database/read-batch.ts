import { type Submittable, types } from 'pg';
import { encodeExecutions, type Execution, type PreparedValue } from './executions.js';
import { NONE, SET_ORGANIZATION } from './organization/organization-setting.js';
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

/** Sets the organisation of the reads behind it. */
const SET: Statement = { name: 'organization_set', text: SET_ORGANIZATION };

/** Finds the columns of each statement that a connection has described. */
const described = new WeakMap<object, Map<string, readonly Column[]>>();

/** An execution that waits for its rows. */
export class WaitingRead {
  readonly rows: object[] = [];
  private unreadable: Error | undefined;

  constructor(
    readonly values: readonly PreparedValue[],
    /** Whose rows it may see: a value of the parameter. */
    readonly organization: string,
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
 * Where a read is for another organisation than the one before, an execution that sets it goes ahead. All are one transaction,
 * with whose end the connection has forgotten it.
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
  /** For each execution whether it is a read; the others set the organisation. */
  private readonly areReads: boolean[] = [];
  private executed = 0;

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
    const executions = this.executions(this.columns === undefined);
    if (executions.length > this.reads.length) prepareSet(wire);
    // A closed connection reports its end to the batch.
    if (wire.stream.writable) wire.stream.write(encodeExecutions(executions));
  }

  private executions(isDescribed: boolean): Execution[] {
    const executions: Execution[] = [];
    let current = NONE;
    for (const [index, { values, organization }] of this.reads.entries()) {
      if (organization !== current) {
        executions.push({ statement: SET.name, values: [organization] });
        this.areReads.push(false);
        current = organization;
      }
      executions.push({ statement: this.name, values, isDescribed: isDescribed && index === 0 });
      this.areReads.push(true);
    }
    return executions;
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
    if (this.areReads[this.executed]) this.reads[this.completed]!.addRow(this.columns!, texts);
  }

  handleCommandComplete(): void {
    if (this.areReads[this.executed++]) this.reads[this.completed++]!.complete();
  }

  handleReadyForQuery(): void {
    this.callback?.(null);
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }
}

/** An error closes the connection, so nobody has to confirm that it is prepared. */
function prepareSet(wire: Wire): void {
  if (wire.parsedStatements[SET.name] !== undefined) return;
  wire.parse(SET);
  wire.parsedStatements[SET.name] = SET.text;
}
