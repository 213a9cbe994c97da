import { type Client, type CustomTypesConfig, types } from 'pg';

type TypeId = Parameters<typeof types.setTypeParser>[0];
type TypeFormat = 'text' | 'binary';

/** Times stay texts: to make a date of each takes longer than to read the row. */
const asTexts: CustomTypesConfig = {
  getTypeParser: (oid: TypeId, format?: TypeFormat) =>
    oid === types.builtins.TIMESTAMPTZ ? String : types.getTypeParser(oid, format),
};

export interface CursorOptions<T> {
  name: string;
  sql: string;
  /** Rows of a batch. */
  size: number;
  /** Whether the next batch is fetched while one is looked at: only where nothing else is asked in the session. */
  ahead: boolean;
  map: (row: unknown[]) => T;
}

/** Reads a query in batches, so that memory does not depend on how many rows there are. */
export class TableCursor<T> {
  private batch: T[] = [];
  private at = 0;
  private fetching: Promise<T[]> | undefined;
  /** How many were looked at. */
  read = 0;

  private constructor(
    private readonly client: Client,
    private readonly options: CursorOptions<T>,
  ) {}

  static async open<T>(client: Client, options: CursorOptions<T>): Promise<TableCursor<T>> {
    await client.query(`DECLARE ${options.name} NO SCROLL CURSOR FOR ${options.sql}`);
    const cursor = new TableCursor(client, options);
    await cursor.fill();
    return cursor;
  }

  /** `undefined` at the end. */
  get current(): T | undefined {
    return this.batch[this.at];
  }

  /** @returns what to wait for, now and then, before `current` is looked at */
  next(): Promise<void> | undefined {
    this.read++;
    this.at++;
    return this.at < this.batch.length ? undefined : this.fill();
  }

  /** Waits for what is on its way. */
  async settle(): Promise<void> {
    await this.fetching;
  }

  private async fill(): Promise<void> {
    this.batch = await (this.fetching ?? this.fetch());
    this.at = 0;
    this.fetching = undefined;
    if (!this.options.ahead || this.batch.length === 0) return;
    this.fetching = this.fetch();
    // Who comes for the batch sees it fail; until then nobody looks.
    this.fetching.catch(() => undefined);
  }

  private async fetch(): Promise<T[]> {
    const { name, size, map } = this.options;
    const { rows } = await this.client.query<unknown[]>({
      text: `FETCH ${size} FROM ${name}`,
      rowMode: 'array',
      types: asTexts,
    });
    return rows.map(map);
  }
}
