import { createHmac, timingSafeEqual } from 'node:crypto';

/** Returns the value of a cookie; `undefined` where the header has none of this name. */
export function cookieOf(header: string | string[] | undefined, name: string): string | undefined {
  if (typeof header !== 'string' || !header.includes(name)) return undefined;
  for (const pair of header.split(';')) {
    const text = pair.trim();
    if (text.startsWith(`${name}=`)) return text.slice(name.length + 1);
  }
  return undefined;
}

/** Returns a `Cookie` header without the cookie of this name. */
export const withoutCookie = (header: string, name: string): string =>
  header
    .split(';')
    .filter((pair) => !pair.trim().startsWith(`${name}=`))
    .join(';');

/**
 * Returns what a signed cookie holds, in the form in which better-auth signs: the value, a dot, and the HMAC-SHA-256 in
 * base64. Whoever reads the database has no valid cookie therefore.
 * @returns nothing where the signature is not by this secret
 */
export function openCookie(cookie: string, secret: string): string | undefined {
  let text: string;
  try {
    text = decodeURIComponent(cookie);
  } catch {
    return undefined;
  }
  const dot = text.lastIndexOf('.');
  if (dot < 1) return undefined;
  const value = text.slice(0, dot);
  // As text, because many texts are the same bytes in base64.
  const given = Buffer.from(text.slice(dot + 1));
  const signature = Buffer.from(createHmac('sha256', secret).update(value).digest('base64'));
  return given.length === signature.length && timingSafeEqual(given, signature) ? value : undefined;
}
