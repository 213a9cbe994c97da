import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { storeTokens } from '../request-family.js';
import { newUserCode } from './device-user-code.js';

/** The codes of a device as it sees them. */
export interface NewCodes {
  device: string;
  user: string;
}

const made = new AsyncLocalStorage<NewCodes>();

/** Runs a request that makes codes. The library stores what it makes, so it makes their hashes. */
export async function withNewCodes<T>(
  work: () => Promise<T>,
): Promise<{ answer: T; codes: Readonly<NewCodes> }> {
  const codes: NewCodes = { device: '', user: '' };
  return { answer: await made.run(codes, work), codes };
}

/** Each makes the hash of a new code. The library asks again where it has the hash already. @throws Error outside of {@link withNewCodes} */
export const makeHashes = {
  generateDeviceCode: () => keep('device', randomBytes(32).toString('base64url')),
  generateUserCode: () => keep('user', newUserCode()),
};

function keep(kind: keyof NewCodes, code: string): Promise<string> {
  const codes = made.getStore();
  if (!codes) throw new Error('Codes are made for a request to the device authorization endpoint');
  codes[kind] = code;
  return storeTokens.hash(code);
}
