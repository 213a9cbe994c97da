import type { FastifyRequest } from 'fastify';
import { basicClient, namedClient } from './named-client.js';

/** Returns the members of a form, or of the JSON that some clients send in its place. */
export function formOf({ body, headers }: FastifyRequest): URLSearchParams {
  const text = (body as Buffer | undefined)?.toString('utf8') ?? '';
  if (!/^application\/json/i.test(headers['content-type'] ?? '')) return new URLSearchParams(text);
  try {
    const members = Object.entries(JSON.parse(text) as object);
    return new URLSearchParams(
      members.filter((member): member is [string, string] => typeof member[1] === 'string'),
    );
  } catch {
    return new URLSearchParams();
  }
}

export const clientIdOf = ({ headers }: FastifyRequest, form: URLSearchParams): string | undefined =>
  namedClient(headers.authorization, Object.fromEntries(form));

/** Stands for a token that the service did not make. The library authenticates who asks about it, and finds nothing. */
export const UNKNOWN = 'unknown';

/** The parameters that a request may give more than once (RFC 8707, section 2; RFC 8693, section 2.1). */
const REPEATED = new Set(['resource', 'audience']);

/**
 * Returns whether a request could mean two things: a parameter that is given twice (RFC 6749, section 3.2), of which the library reads
 * one and the service another, or two clients.
 */
export function isAmbiguous({ headers }: FastifyRequest, form: URLSearchParams): boolean {
  const names = [...form.keys()].filter((name) => !REPEATED.has(name));
  const basic = basicClient(headers.authorization);
  const named = form.get('client_id');
  return new Set(names).size < names.length || (basic !== undefined && named !== null && named !== basic);
}

export const ambiguous = (): Response =>
  Response.json(
    { error: 'invalid_request', error_description: 'A parameter is given twice, or two clients are named' },
    { status: 400 },
  );

/** Returns the token of a request, without the scheme that some clients leave before it, as the library reads it. */
export const tokenIn = (form: URLSearchParams): string =>
  (form.get('token') ?? '').trim().replace(/^(?:Bearer|DPoP) +/i, '');

/** A token that is not known is not valid any more, and that is all that a revocation wants (RFC 7009, section 2.2). */
export async function isUnknown(answer: Response): Promise<boolean> {
  const { error, error_description: words } = (await jsonOf(answer)) as Record<string, unknown>;
  return (
    answer.status === 400 &&
    (error === 'invalid_request' || error === 'invalid_token') &&
    typeof words === 'string' &&
    /token (not found|revoked)|Invalid access token|invalid JWT/i.test(words)
  );
}

export async function jsonOf(answer: Response): Promise<object> {
  try {
    return ((await answer.clone().json()) as object | null) ?? {};
  } catch {
    return {};
  }
}

export const isJwt = (token: string | undefined): token is string =>
  /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token ?? '');
