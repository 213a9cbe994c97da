import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A key is `<prefix>_`, 43 random base62 characters (256 bits), and 6 characters of the CRC-32 of all before them.
 * The checksum rejects a mistyped or invented key before any lookup.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const START_LENGTH = 4;
/** The largest multiple of 62 in a byte. Bytes above it are drawn again, so that all characters are equally likely. */
const UNBIASED = 256 - (256 % ALPHABET.length);

export function generateApiKey(prefix: string): string {
  let random = '';
  while (random.length < RANDOM_LENGTH) {
    for (const byte of randomBytes(RANDOM_LENGTH)) {
      if (byte < UNBIASED && random.length < RANDOM_LENGTH) random += ALPHABET[byte % ALPHABET.length];
    }
  }
  const body = `${prefix}_${random}`;
  return body + checksumOf(body);
}

/** Returns whether `text` has the form and the checksum of a key, which does not mean that the key exists. */
export function isWellFormedKey(text: string, prefix: string): boolean {
  const bodyLength = prefix.length + 1 + RANDOM_LENGTH;
  if (text.length !== bodyLength + CHECKSUM_LENGTH) return false;
  if (!text.startsWith(`${prefix}_`) || !/^[0-9A-Za-z]+$/.test(text.slice(prefix.length + 1))) return false;
  const body = text.slice(0, bodyLength);
  return checksumOf(body) === text.slice(bodyLength);
}

const HEX_KEY = /^mcp_[0-9a-f]{64}$/;

/** Returns whether `text` is `mcp_` and 64 hexadecimal digits. This form has no checksum. */
export const isHexKey = (text: string): boolean => HEX_KEY.test(text);

/** Returns whether `text` has a form of key that the settings accept. */
export const isAcceptedKey = (text: string, { prefix, acceptHex }: { prefix: string; acceptHex: boolean }) =>
  isWellFormedKey(text, prefix) || (acceptHex && isHexKey(text));

/**
 * Returns the SHA-256 in base64, by which keys are found. A random key of 256 bits needs no salt and no slow hash.
 */
export const hashApiKey = (key: string): string => hash('sha256', key, 'base64');

/** Returns the displayed part of a key: its prefix and four characters. */
export const startOfKey = (key: string, prefix: string): string =>
  key.slice(0, prefix.length + 1 + START_LENGTH);

/** Returns a pattern for what may be a key anywhere in a text. */
export const keyPattern = (prefix: string): RegExp =>
  new RegExp(`${prefix}_[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}`);

function checksumOf(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    text = ALPHABET[rest % ALPHABET.length] + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}
