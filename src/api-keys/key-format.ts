import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A key: `<prefix>_`, 43 random base62 characters (256 bits), and 6 of the CRC-32 of all that stands before them.
 * The checksum lets a typing error or a made-up key be refused before anything is looked up.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const START_LENGTH = 4;
/** The largest multiple of 62 in a byte: what is above it is drawn again, so that no character is likelier. */
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

/** Whether `text` has the shape and the checksum of a key. Says nothing about whether the key exists. */
export function isWellFormedKey(text: string, prefix: string): boolean {
  const bodyLength = prefix.length + 1 + RANDOM_LENGTH;
  if (text.length !== bodyLength + CHECKSUM_LENGTH) return false;
  if (!text.startsWith(`${prefix}_`) || !/^[0-9A-Za-z]+$/.test(text.slice(prefix.length + 1))) return false;
  const body = text.slice(0, bodyLength);
  return checksumOf(body) === text.slice(bodyLength);
}

const HEX_KEY = /^mcp_[0-9a-f]{64}$/;

/** Whether `text` has the form that the tutorials make: without a checksum, so it says less. */
export const isHexKey = (text: string): boolean => HEX_KEY.test(text);

/** Whether `text` may be a key at all, by the settings. */
export const isAcceptedKey = (text: string, { prefix, acceptHex }: { prefix: string; acceptHex: boolean }) =>
  isWellFormedKey(text, prefix) || (acceptHex && isHexKey(text));

/** SHA-256 in base64: what a key is known by. A random key of 256 bits needs no salt and no slow hash. */
export const hashApiKey = (key: string): string => hash('sha256', key, 'base64');

/** How a key is shown: its prefix and four characters. */
export const startOfKey = (key: string, prefix: string): string =>
  key.slice(0, prefix.length + 1 + START_LENGTH);

/** Finds what may be a key anywhere in a text. */
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
