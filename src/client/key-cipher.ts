import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts texts with AES-256-GCM. Each text is bound to its owner, so that one which is moved to another user's row does
 * not open.
 */
export class KeyCipher {
  private readonly keys: Buffer[];

  /**
   * @param keys each 32 bytes in base64; the first one encrypts, all of them decrypt, so that a key can be replaced
   * @throws TypeError where a key is not of that form; the message does not repeat it
   */
  constructor(keys: readonly string[]) {
    this.keys = keys.map((text) => Buffer.from(text, 'base64'));
    if (this.keys.length === 0 || this.keys.some(({ length }) => length !== KEY_BYTES))
      throw new TypeError('An encryption key is 32 bytes in base64: openssl rand -base64 32 makes one');
  }

  encrypt(text: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.keys[0]!, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return [VERSION, nonce, cipher.getAuthTag(), sealed]
      .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
      .join('.');
  }

  /** @returns `undefined` for what was not encrypted with one of the keys for this owner, or was changed */
  decrypt(text: string, owner: string): string | undefined {
    const [version, ...parts] = text.split('.');
    const [nonce, tag, sealed] = parts.map((part) => Buffer.from(part, 'base64url'));
    if (version !== VERSION || nonce?.length !== NONCE_BYTES || tag?.length !== TAG_BYTES || !sealed)
      return undefined;
    for (const key of this.keys) {
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
      } catch {
        // This key did not encrypt it.
      }
    }
    return undefined;
  }
}
