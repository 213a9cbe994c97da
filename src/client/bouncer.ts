import { BouncerUser } from './bouncer-user.js';
import { KeyCipher } from './key-cipher.js';
import type { KeyStore } from './key-store.js';
import { restClient } from './rest-client.js';
import { type UserIdentity, UserKeys } from './user-keys.js';

export interface BouncerOptions {
  /** Where Bouncer is, such as `https://bouncer.example.com`. */
  url: string;
  /** A key of an admin with `keys:write` and `users:write`. Without it, only keys that are stored already are used. */
  adminKey?: string;
  /** 32 bytes in base64, from a setting. Of several, the first one encrypts and all of them decrypt. */
  encryptionKey: string | readonly string[];
  /** Where the application keeps the encrypted keys. */
  keys: KeyStore;
  /** What the key of a user may do. Default: `['read']`. */
  scopes?: readonly string[];
  /** The name of the keys, which admins and users see. Default: `Web application`. */
  keyName?: string;
  /** Whether a user whom Bouncer does not know yet is made there. Default: `false`. */
  createUsers?: boolean;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
}

/**
 * Bouncer for the users of a web application: one object for the whole application.
 *
 * @example
 * ```ts
 * const bouncer = new Bouncer({
 *   url: 'https://bouncer.example.com',
 *   adminKey: process.env.BOUNCER_ADMIN_KEY,
 *   encryptionKey: process.env.BOUNCER_ENCRYPTION_KEY,
 *   keys: new MemoryKeyStore(),
 *   scopes: ['documents:read'],
 * });
 * const { results } = await bouncer.forUser({ email: 'ada@example.com' }).searchDocuments('notice period');
 * ```
 */
export class Bouncer {
  private readonly keys: UserKeys;

  /** @throws TypeError where the encryption key is not of the right form */
  constructor(private readonly options: BouncerOptions) {
    const { url, adminKey, fetch, keys: store, encryptionKey } = options;
    this.keys = new UserKeys({
      admin:
        adminKey === undefined
          ? undefined
          : restClient({ url, key: () => adminKey, ...(fetch && { fetch }) }),
      store,
      cipher: new KeyCipher([encryptionKey].flat()),
      scopes: options.scopes ?? ['read'],
      keyName: options.keyName ?? 'Web application',
      createUsers: options.createUsers ?? false,
    });
  }

  /** Bouncer as a user sees it. Nothing is asked for or made before the first call. */
  forUser(user: UserIdentity): BouncerUser {
    const { url, fetch } = this.options;
    return new BouncerUser(user.email, { url, key: () => this.keys.keyOf(user), ...(fetch && { fetch }) });
  }

  /** Revokes the key of a user and forgets it, such as when the account is closed. The next call makes a new one. */
  forgetKey(user: UserIdentity): Promise<void> {
    return this.keys.forget(user);
  }
}
