/** Runs statements: in a transaction where it is the manager of one, otherwise each alone. */
export interface Statements {
  /** @returns the rows */
  query<Rows>(text: string, values?: unknown[]): Promise<Rows>;
}
