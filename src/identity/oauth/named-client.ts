import { decodeJwt } from 'jose';

/** How a request to the token endpoint may name its client. */
export interface ClientMembers {
  client_id?: unknown;
  client_assertion?: unknown;
}

/** Returns the client that a request says it comes from: in the form, by HTTP Basic, or in its assertion. Nothing is believed yet. */
export function namedClient(
  authorization: string | null | undefined,
  { client_id: named, client_assertion: assertion }: ClientMembers,
): string | undefined {
  const basic = basicClient(authorization);
  if (basic !== undefined) return basic;
  if (typeof named === 'string') return named;
  try {
    return typeof assertion === 'string' ? decodeJwt(assertion).sub : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the client that authenticates by HTTP Basic (RFC 6749, section 2.3.1), which the library takes before others. */
export function basicClient(authorization: string | null | undefined): string | undefined {
  const [, basic] = /^Basic +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (basic === undefined) return undefined;
  const [id] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return decoded(id ?? '');
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
