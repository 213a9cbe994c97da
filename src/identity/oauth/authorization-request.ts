import type { FastifyRequest } from 'fastify';
import type { ProtectedResource } from '../../access/protected-resource.js';
import { isElevated } from '../../access/scopes.js';
import { ServiceError } from '../../errors/service-error.js';
import { dataScopesIn, OFFLINE_SCOPE } from '../../oauth/grantable-scopes.js';
import { resourcesOf } from './oauth-rules.plugin.js';

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

/** The parameters that a request may give more than once (RFC 8707, section 2). */
const REPEATED = new Set(['resource']);

/**
 * Returns what a client asks for, in the query or in a form (RFC 6749, section 3.1).
 * @throws ServiceError `bad_request` for a parameter that is given twice, `unsupported_media_type`
 */
export function parametersOf(request: FastifyRequest): URLSearchParams {
  if (request.method === 'POST' && !FORM.test(request.headers['content-type'] ?? ''))
    throw new ServiceError('unsupported_media_type', 'An authorization request is a query or a form');
  const text =
    request.method === 'POST'
      ? ((request.body as Buffer | undefined)?.toString('utf8') ?? '')
      : request.url.split('?').slice(1).join('?');
  const parameters = new URLSearchParams(text);
  const names = [...parameters.keys()].filter((name) => !REPEATED.has(name));
  if (new Set(names).size < names.length)
    throw new ServiceError('bad_request', 'A parameter is given twice (RFC 6749, section 3.1)');
  return parameters;
}

/** Says what the library would leave open: for which resource, for which scopes, and that the client may come back. */
export function complete(
  parameters: URLSearchParams,
  resource: ProtectedResource,
  defaultScopes: readonly string[],
): void {
  const given = parameters.getAll('resource');
  parameters.delete('resource');
  for (const name of [resourcesOf(given.length === 0 ? undefined : given, resource)].flat())
    parameters.append('resource', name);
  const scopes = scopesIn(parameters);
  const asked = scopes.length === 0 ? defaultScopes : scopes;
  parameters.set('scope', [...new Set([...asked, OFFLINE_SCOPE])].join(' '));
  chooseBySignIn(parameters);
}

/** A browser has one account here at a time, so a person chooses another one by a sign-in. */
function chooseBySignIn(parameters: URLSearchParams): void {
  const prompts = promptsIn(parameters);
  if (prompts.delete('select_account')) setPrompts(parameters, prompts.add('login'));
}

export const scopesIn = (parameters: URLSearchParams): string[] =>
  (parameters.get('scope') ?? '').split(' ').filter(Boolean);

/**
 * Lets the person be asked where nothing that was agreed to before counts: for what is elevated, which needs a fresh sign-in too, and for a
 * program on the person's machine whose id is shared, because another program may come in its name (RFC 8252, section 8.6).
 * @param isShared whether other copies of the program have the id of the client, too
 * @returns whether it is so
 */
export function asksEachTime(parameters: URLSearchParams, isShared: boolean): boolean {
  const isLocal = isShared && !(parameters.get('redirect_uri') ?? '').startsWith('https:');
  if (!isLocal && !dataScopesIn(scopesIn(parameters)).some(isElevated)) return false;
  const prompts = promptsIn(parameters);
  if (!prompts.has('none')) prompts.add('consent');
  setPrompts(parameters, prompts);
  return true;
}

/** Returns whether the client wants the person to sign in again, and takes that from the parameters where the person just did. */
export function needsSignIn(parameters: URLSearchParams, signedInAt: number, now = Date.now()): boolean {
  const ageSeconds = (now - signedInAt) / 1000;
  const maxAge = parameters.get('max_age');
  const isTooOld = maxAge !== null && /^\d{1,9}$/.test(maxAge) && ageSeconds > Number(maxAge) + GRACE_SECONDS;
  const prompts = promptsIn(parameters);
  if (isTooOld || (prompts.has('login') && ageSeconds > GRACE_SECONDS)) return true;
  prompts.delete('login');
  setPrompts(parameters, prompts);
  parameters.delete('max_age');
  return false;
}

/** How long ago a sign-in may be that a client has just asked for. */
const GRACE_SECONDS = 60;

/** Returns whether nobody may be asked anything (OpenID Connect Core, section 3.1.2.1). */
export const isSilent = (parameters: URLSearchParams): boolean => promptsIn(parameters).has('none');

/** Returns whether a request wants the person asked, and not asked. */
export const mixesSilence = (parameters: URLSearchParams): boolean =>
  isSilent(parameters) && promptsIn(parameters).size > 1;

const promptsIn = (parameters: URLSearchParams): Set<string> =>
  new Set((parameters.get('prompt') ?? '').split(' ').filter(Boolean));

function setPrompts(parameters: URLSearchParams, prompts: ReadonlySet<string>): void {
  if (prompts.size === 0) parameters.delete('prompt');
  else parameters.set('prompt', [...prompts].join(' '));
}
