/** Names the tables whose changes every process applies. A trigger of the table writes them with the change. */
export type ChangeKind =
  'key' | 'user' | 'session' | 'grant' | 'stop' | 'interest' | 'tool_limit' | 'synonym';

export interface Change {
  kind: ChangeKind;
  /** The id of the changed row. */
  id: string;
}

/** Names a user with those that the user depends on, and the key, the session or the token that acts for the user. */
export interface CallerIds {
  userId: string;
  owners: readonly string[];
  organizationId: string;
  keyId: string | null;
  sessionId: string | null;
  actors: readonly string[];
  clientId: string | null;
  grantId: string | null;
  tokenIds: readonly string[];
  earlierClientIds: readonly string[];
}

/** Returns a test for what the changes of keys, users, sessions and grants concern. */
export function concerned(changes: readonly Change[]): (caller: CallerIds) => boolean {
  const ids = new Set<string | null>(changes.map(({ id }) => id));
  const isAmong = (id: string | null) => ids.has(id);
  return ({ userId, owners, organizationId, keyId, sessionId, actors, clientId, grantId, ...token }) =>
    isAmong(userId) ||
    isAmong(organizationId) ||
    isAmong(keyId) ||
    isAmong(sessionId) ||
    isAmong(clientId) ||
    isAmong(grantId) ||
    owners.some(isAmong) ||
    actors.some(isAmong) ||
    token.tokenIds.some(isAmong) ||
    token.earlierClientIds.some(isAmong);
}

/**
 * Reads rows over the connection of the polls. The pool may be exhausted, and a lease must not depend on it.
 *
 * @example `const rows = await read<{ name: string }>('SELECT name FROM tool_switches');`
 */
export type ChangeReader = <Row extends object>(sql: string) => Promise<Row[]>;

/** Applies changes to what a part of the service holds in memory. */
export interface ChangeListener {
  readonly kinds: readonly ChangeKind[];
  /**
   * Drops or reads again what changed. A change counts as applied when all listeners have returned.
   * @throws Error when it could not be applied; it is then applied again, and the process serves no calls once its lease
   * has run out
   */
  apply(changes: readonly Change[], read: ChangeReader): void | Promise<void>;
  /** Drops or reads again everything, because changes were missed. */
  reset(read: ChangeReader): void | Promise<void>;
}

/** Passes changes to the listeners of their kind. */
export class ChangeListeners {
  private readonly listeners: ChangeListener[] = [];

  add(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  async apply(changes: readonly Change[], read: ChangeReader): Promise<void> {
    await Promise.all(
      this.listeners.map(async (listener) => {
        const own = changes.filter(({ kind }) => listener.kinds.includes(kind));
        if (own.length > 0) await listener.apply(own, read);
      }),
    );
  }

  async reset(read: ChangeReader): Promise<void> {
    await Promise.all(this.listeners.map(async (listener) => listener.reset(read)));
  }
}
