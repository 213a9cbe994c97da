/**
 * Where a web application keeps the keys of its users: a table with two columns will do. The values are encrypted.
 *
 * @example
 * ```ts
 * const keys: KeyStore = {
 *   get: async (email) => (await db.query('SELECT value FROM agent_keys WHERE email = $1', [email])).rows[0]?.value,
 *   add: async (email, value) =>
 *     (await db.query('INSERT INTO agent_keys VALUES ($1, $2) ON CONFLICT DO NOTHING', [email, value])).rowCount === 1,
 *   remove: async (email, value) => {
 *     await db.query('DELETE FROM agent_keys WHERE email = $1 AND value = $2', [email, value]);
 *   },
 * };
 * ```
 */
export interface KeyStore {
  get(email: string): Promise<string | undefined>;
  /** Stores a value where there is none yet. @returns whether it did, so that of two replicas one wins */
  add(email: string, value: string): Promise<boolean>;
  /** Removes the value of a user, if it still is this one. */
  remove(email: string, value: string): Promise<void>;
}

/**
 * Keeps keys as long as the process lives: for examples and specs.
 *
 * @example
 * ```ts
 * const keys = new MemoryKeyStore();
 * ```
 */
export class MemoryKeyStore implements KeyStore {
  readonly values = new Map<string, string>();

  async get(email: string): Promise<string | undefined> {
    return this.values.get(email);
  }

  async add(email: string, value: string): Promise<boolean> {
    if (this.values.has(email)) return false;
    this.values.set(email, value);
    return true;
  }

  async remove(email: string, value: string): Promise<void> {
    if (this.values.get(email) === value) this.values.delete(email);
  }
}
