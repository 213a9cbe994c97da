import type { FoundSecret } from './found-secret.js';

/** How far a word may stand before what it tells of. */
const NEAR = 40;
const BEARER = /bearer +$/i;
const BASIC = /authorization["'\\: ]{1,8}basic +$/i;
/** An `=` that is encoded. */
const ENCODED_ASSIGNMENT = /[%=](?:25){0,4}3d$/i;
const AWS_LENGTH = 40;
const AWS_SECRET =
  /secret_?(?:access_?)?key(?:["'\\:= ]|[%=](?:25){0,4}(?:3[ad]|2[02])){1,8}([0-9A-Za-z+/]{40})(?![0-9A-Za-z+/=])/di;

/**
 * Finds secrets without a form of their own, by the word before them: what is sent as a credential, and the secret of an
 * AWS key.
 * @param start of a run of characters that secrets are made of @param end of it
 */
export function besideWord(text: string, start: number, end: number, found: FoundSecret[]): void {
  if (text[start - 1] === ' ') {
    const before = text.slice(Math.max(0, start - NEAR), start);
    const bearer = /\d/.test(text.slice(start, Math.min(end, start + 512))) ? BEARER.exec(before) : null;
    const word = bearer ?? BASIC.exec(before);
    if (word) {
      const kind = bearer ? 'bearer-token' : 'basic-credentials';
      return void found.push({ kind, start, end, since: start - word[0].length });
    }
  }
  // Its 40 characters are a run of their own, or stand behind the `=` of an assignment.
  const at = end - AWS_LENGTH;
  if (start !== at && !isAssigned(text, at)) return;
  const from = Math.max(0, at - NEAR);
  const secret = AWS_SECRET.exec(text.slice(from, end + 1));
  const [first, last] = secret?.indices?.[1] ?? [];
  if (first !== undefined)
    found.push({
      kind: 'aws-secret-key',
      start: from + first,
      end: from + last!,
      since: from + secret!.index,
    });
}

function isAssigned(text: string, at: number): boolean {
  const sign = text[at - 1];
  return (
    sign === '=' ||
    ((sign === 'D' || sign === 'd') && ENCODED_ASSIGNMENT.test(text.slice(Math.max(0, at - 11), at)))
  );
}
