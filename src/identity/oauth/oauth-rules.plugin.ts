import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import type { ProtectedResource } from '../../access/protected-resource.js';
import { DEVICE_GRANT, storeTokens } from './request-family.js';
import { isOfForm } from './form-requests.js';
import { keepMembers } from './registration-members.js';
import { standIn } from './private-redirects.js';

const TOKEN = '/oauth2/token';
const CONSENT = '/oauth2/consent';
const DEVICE_CODE = '/device/code';
const REGISTER = '/oauth2/register';

type Body = Record<string, unknown>;

/** Lets the library see one name of this service, whichever a client used, and only what clients may say. */
export const oauthRules = (resource: ProtectedResource): BetterAuthPlugin => ({
  id: 'oauth-rules',
  hooks: {
    before: [
      {
        matcher: ({ path }) => path === TOKEN,
        handler: createAuthMiddleware(async ({ body }) => {
          // Without a resource the library would make a token that only it can read.
          if (!isBody(body)) return;
          body.resource = resourcesOf(body.resource, resource);
          if (body.grant_type === DEVICE_GRANT) body.device_code = await storedCode(body.device_code);
        }),
      },
      {
        matcher: ({ path }) => path === CONSENT || path === DEVICE_CODE,
        handler: createAuthMiddleware(({ request }) => {
          // The page asks for a fresh sign-in where a scope needs one, and the endpoint of devices passes on nobody whom a code is for.
          if (!isOfForm(request))
            throw new APIError('FORBIDDEN', { code: 'FORBIDDEN', message: 'Only the service asks for this' });
          return Promise.resolve();
        }),
      },
      {
        matcher: ({ path }) => path === REGISTER,
        handler: createAuthMiddleware(async ({ body }) => {
          if (isBody(body)) fillIn(body);
          return Promise.resolve();
        }),
      },
    ],
  },
});

/** Returns the resources of a request under the one name that the library knows. Others stay, and are refused. */
export function resourcesOf(given: unknown, resource: ProtectedResource): string | string[] {
  if (given === undefined || given === '') return resource.identifier;
  const names = ([given].flat() as unknown[]).filter((name) => typeof name === 'string');
  const known = names.map((name) => (resource.isOwn(name) ? resource.identifier : name));
  return known.length === 1 ? known[0]! : [...new Set(known)];
}

/** Leaves what a client may say. Some clients on people's machines register without saying what they are, and would be refused their own redirect. */
function fillIn(body: Body): void {
  keepMembers(body);
  const { redirect_uris: uris } = body;
  const isNative =
    body.application_type === undefined &&
    Array.isArray(uris) &&
    uris.some((uri) => typeof uri === 'string' && !uri.startsWith('https:'));
  if (isNative) body.application_type = 'native';
  if (Array.isArray(uris)) body.redirect_uris = standIn(uris);
}

/** Codes of devices are stored by their hash. */
const storedCode = async (code: unknown): Promise<string | undefined> =>
  typeof code === 'string' ? storeTokens.hash(code) : undefined;

const isBody = (body: unknown): body is Body => typeof body === 'object' && body !== null;
