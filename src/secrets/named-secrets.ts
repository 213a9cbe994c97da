import type { FoundSecret } from './found-secret.js';

/** How far a word may stand before what it tells of. */
const NEAR = 40;
const BEARER = /bearer +$/i;
const BASIC = /authorization["'\\: ]{1,8}basic +$/i;
const AWS_LENGTH = 40;
const AWS_SECRET = /secret_?(?:access_?)?key["'\\:= ]{1,8}([0-9A-Za-z+/]{40})(?![0-9A-Za-z+/=])/di;

/**
 * Finds secrets without a form of their own, by the word before them: what is sent as a credential, and the secret of an
 * AWS key.
 * @param start of a run of characters that secrets are made of @param end of it
 */
export function besideWord(text: string, start: number, end: number, found: FoundSecret[]): void {
  if (text[start - 1] === ' ') {
    const before = text.slice(Math.max(0, start - NEAR), start);
    const isBearer = BEARER.test(before) && /\d/.test(text.slice(start, Math.min(end, start + 512)));
    if (isBearer || BASIC.test(before))
      return void found.push({ kind: isBearer ? 'bearer-token' : 'basic-credentials', start, end });
  }
  // Its 40 characters are a run of their own, or stand behind the `=` of an assignment.
  if (end - start !== AWS_LENGTH && text[end - AWS_LENGTH - 1] !== '=') return;
  const from = Math.max(0, end - AWS_LENGTH - NEAR);
  const [first, last] = AWS_SECRET.exec(text.slice(from, end + 1))?.indices?.[1] ?? [];
  if (first !== undefined) found.push({ kind: 'aws-secret-key', start: from + first, end: from + last! });
}
