import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Each secret has a key of its own, so that a stored one cannot take the place of another. */
const keyFor = (name: string, secretsKey: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secretsKey, '', `bouncer shared secret 1\n${name}`, KEY_BYTES));

/** Encrypts a secret for the database. The result is the nonce, the tag and the encrypted text. */
export function encryptSecret(name: string, text: string, secretsKey: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, keyFor(name, secretsKey), nonce, { authTagLength: TAG_BYTES });
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
}

/** @throws Error when the secret was encrypted under another key, or was changed */
export function decryptSecret(name: string, stored: Buffer, secretsKey: string): string {
  try {
    const nonce = stored.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, keyFor(name, secretsKey), nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(stored.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const encrypted = stored.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new Error(
      `SECRETS_KEY does not open the secret ${name} in the table service_secrets: it is not the key that it was stored under, or the row was changed`,
      { cause },
    );
  }
}
