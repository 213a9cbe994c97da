import type { JWTPayload } from 'jose';
import * as z from 'zod';
import type { ExternalIssuer } from '../../config/external-issuers.js';

/** What PostgreSQL and an audit row can hold. */
const text = z
  .string()
  .min(1)
  .max(500)
  .regex(/^\P{Cc}*$/u);

const CLIENT_CLAIMS = ['client_id', 'azp', 'appid', 'cid'];
const SCOPE_CLAIMS = ['scope', 'scp'];
const MAX_SCOPES = 200;

/** Returns a claim of a token as a text of bounded length. */
export function textIn(claims: JWTPayload, name: string): string | undefined {
  const found = text.safeParse(claims[name]);
  return found.success ? found.data : undefined;
}

/** Returns the client that a token was issued to. */
export function clientIn(
  claims: JWTPayload,
  { clientClaim }: Pick<ExternalIssuer, 'clientClaim'>,
): string | undefined {
  const names = clientClaim === undefined ? CLIENT_CLAIMS : [clientClaim];
  return names.map((name) => textIn(claims, name)).find((client) => client !== undefined);
}

type ScopeRules = Pick<ExternalIssuer, 'scopeClaim' | 'scopePrefix' | 'scopes'>;

/**
 * Returns the scopes of a token as this service names them; `undefined` for a token that says nothing of scopes. What the issuer
 * names for others is none of them.
 */
export function scopesIn(
  claims: JWTPayload,
  { scopeClaim, scopePrefix = '', scopes }: ScopeRules,
  known: ReadonlySet<string>,
): string[] | undefined {
  const names = scopeClaim === undefined ? SCOPE_CLAIMS : [scopeClaim];
  const given = names.map((name) => claims[name]).find((value) => value !== undefined);
  if (given === undefined) return undefined;
  const listed: unknown[] = (
    Array.isArray(given) ? given : typeof given === 'string' ? given.split(/\s+/) : []
  ).slice(0, MAX_SCOPES);
  const own = listed
    .filter((name): name is string => typeof name === 'string' && name.startsWith(scopePrefix))
    .map((name) => name.slice(scopePrefix.length))
    .flatMap((name) => (scopes === undefined ? name : Object.hasOwn(scopes, name) ? scopes[name]! : []));
  return [...new Set(own)].filter((scope) => known.has(scope));
}

/** Returns whether a token is bound to something that the service cannot check (RFC 7800): all but a key of RFC 9449. */
export function isBoundOtherwise({ cnf }: JWTPayload): boolean {
  if (cnf === undefined) return false;
  const bound = z.strictObject({ jkt: text }).safeParse(cnf);
  return !bound.success;
}

/** Returns the thumbprint of the key that a token is bound to. */
export const keyIn = ({ cnf }: JWTPayload): string | null =>
  (cnf as { jkt: string } | undefined)?.jkt ?? null;
