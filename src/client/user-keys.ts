import { BouncerError, NoKeyForUser } from './errors.js';
import type { KeyCipher } from './key-cipher.js';
import type { KeyStore } from './key-store.js';
import type { RestClient } from './rest-client.js';

/** A key that ends within a day is replaced. */
const RENEW_MS = 24 * 60 * 60 * 1000;

/** A user of the web application. */
export interface UserIdentity {
  /** Bouncer knows its users by this. */
  email: string;
  /** Shown to admins. Default: the e-mail address. */
  name?: string;
}

interface StoredKey {
  id: string;
  apiKey: string;
  expiresAt: string | null;
}

interface Parts {
  /** With the key of an admin; none where keys are made elsewhere. */
  admin: RestClient | undefined;
  store: KeyStore;
  cipher: KeyCipher;
  /** What a new key may do. */
  scopes: readonly string[];
  keyName: string;
  createUsers: boolean;
}

/** The keys of the web application's users: made on first use, encrypted in the store, replaced before they end. */
export class UserKeys {
  private readonly making = new Map<string, Promise<string>>();

  constructor(private readonly parts: Parts) {}

  /** @throws NoKeyForUser */
  async keyOf(user: UserIdentity): Promise<string> {
    const email = addressOf(user);
    const value = await this.parts.store.get(email);
    const stored = value === undefined ? undefined : this.open(value, email);
    if (stored && !endsSoon(stored)) return stored.apiKey;
    // Requests that come at once share one new key.
    const running = this.making.get(email);
    if (running) return running;
    const made = this.make(user, email, value).finally(() => this.making.delete(email));
    this.making.set(email, made);
    return made;
  }

  /** Revokes the key of a user and forgets it: the next call makes a new one. */
  async forget(user: UserIdentity): Promise<void> {
    const email = addressOf(user);
    const value = await this.parts.store.get(email);
    if (value === undefined) return;
    const stored = this.open(value, email);
    if (stored && this.parts.admin) await this.revoke(stored);
    await this.parts.store.remove(email, value);
  }

  private async make(user: UserIdentity, email: string, old: string | undefined): Promise<string> {
    const { admin, store, cipher } = this.parts;
    if (!admin) throw new NoKeyForUser(email, 'none is stored, and without an adminKey none can be made');
    const userId = await this.userIdOf(admin, { ...user, email });
    const { data } = await admin.POST('/api/mcp/keys', {
      body: { name: this.parts.keyName, scopes: [...this.parts.scopes], userId },
    });
    const made = data as StoredKey;
    if (old !== undefined) await store.remove(email, old);
    const value = cipher.encrypt(
      JSON.stringify({ id: made.id, apiKey: made.apiKey, expiresAt: made.expiresAt }),
      email,
    );
    if (await store.add(email, value)) return made.apiKey;
    // Another replica was first: its key is the one that is kept.
    await this.revoke(made);
    const theirs = await store.get(email);
    const stored = theirs === undefined ? undefined : this.open(theirs, email);
    if (!stored) throw new NoKeyForUser(email, 'the store keeps none');
    return stored.apiKey;
  }

  private async userIdOf(admin: RestClient, { email, name = email }: UserIdentity): Promise<string> {
    if (!this.parts.createUsers) return idByEmail(admin, email);
    try {
      const { data } = await admin.POST('/api/users', { body: { email, name } });
      return (data as { id: string }).id;
    } catch (error) {
      // There is such a user already.
      if (error instanceof BouncerError && error.status === 409) return idByEmail(admin, email);
      throw error;
    }
  }

  private async revoke({ id }: StoredKey): Promise<void> {
    await this.parts.admin
      ?.DELETE('/api/mcp/keys/{id}', { params: { path: { id } } })
      .catch((error: unknown) => {
        if (!(error instanceof BouncerError && error.status === 404)) throw error;
      });
  }

  private open(value: string, email: string): StoredKey | undefined {
    const text = this.parts.cipher.decrypt(value, email);
    return text === undefined ? undefined : (JSON.parse(text) as StoredKey);
  }
}

async function idByEmail(admin: RestClient, email: string): Promise<string> {
  const { data } = await admin.GET('/api/users', { params: { query: { email } } });
  const user = data?.users[0];
  if (user) return user.id;
  throw new NoKeyForUser(email, 'Bouncer has no user with this e-mail address');
}

/** As Bouncer keeps it. */
const addressOf = ({ email }: UserIdentity): string => email.trim().toLowerCase();

const endsSoon = ({ expiresAt }: StoredKey): boolean =>
  expiresAt !== null && Date.parse(expiresAt) - Date.now() < RENEW_MS;
