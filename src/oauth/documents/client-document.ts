import { z } from 'zod';
import { isRedirectUri } from '../redirect-uris.js';
import { DocumentRefused } from './document-fetch.js';
import { shownName } from '../shown-name.js';

const MAX_REDIRECTS = 50;
const MAX_KEYS = 20;
const GRANT_TYPES = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];
/** Members of a key that only its owner may know (RFC 7518). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const link = z
  .string()
  .max(2000)
  .startsWith('https://')
  .refine((text) => URL.canParse(text));

const publicKey = z
  .looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']) })
  .refine((key) => !PRIVATE_MEMBERS.some((name) => name in key), 'must not be private');

const clientDocument = z.object({
  client_id: z.string(),
  client_name: shownName,
  client_uri: link.optional().catch(undefined),
  redirect_uris: z
    .array(z.string().max(2000).refine(isRedirectUri, 'is no HTTPS or loopback address'))
    .min(1)
    .max(MAX_REDIRECTS),
  token_endpoint_auth_method: z.enum(['none', 'private_key_jwt']).default('none'),
  grant_types: z.array(z.string()).default(['authorization_code']),
  response_types: z.array(z.string()).default(['code']),
  application_type: z.enum(['web', 'native']).optional(),
  jwks: z.object({ keys: z.array(publicKey).min(1).max(MAX_KEYS) }).optional(),
  jwks_uri: link.optional(),
  client_secret: z.undefined('must not be there').optional(),
  client_secret_expires_at: z.undefined('must not be there').optional(),
});

/** What the service takes from the document of a client. */
export type ClientDocument = Omit<
  z.infer<typeof clientDocument>,
  'client_secret' | 'client_secret_expires_at' | 'response_types'
>;

/**
 * Reads the document of a client: its metadata (RFC 7591), under the address that is its id.
 * @throws DocumentRefused with what a person may tell the maker of the program
 */
export function clientDocumentIn(text: string, url: URL): ClientDocument {
  const read = clientDocument.safeParse(jsonIn(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new DocumentRefused(`${issue?.path.join('.') || 'the document'}: ${issue?.message}`);
  }
  const { data } = read;
  if (data.client_id !== url.href) throw new DocumentRefused('client_id: is not the address of the document');
  const grantTypes = data.grant_types.filter((type) => GRANT_TYPES.includes(type));
  if (!grantTypes.includes('authorization_code') || !data.response_types.includes('code'))
    throw new DocumentRefused('grant_types: has no authorization code');
  assertKeys(data, url);
  return { ...data, grant_types: grantTypes };
}

/** The library reads the keys at `jwks_uri` when the client comes with an assertion, from the site of the client alone. */
function assertKeys(
  { token_endpoint_auth_method: method, jwks, jwks_uri: uri }: z.infer<typeof clientDocument>,
  url: URL,
): void {
  if (uri !== undefined && (new URL(uri).origin !== url.origin || uri.includes('#') || uri.includes('@')))
    throw new DocumentRefused('jwks_uri: is not on the site of the document');
  if (jwks && uri !== undefined) throw new DocumentRefused('jwks: stands beside jwks_uri');
  if (method === 'private_key_jwt' && !jwks && uri === undefined)
    throw new DocumentRefused('jwks: is missing');
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DocumentRefused('it is no JSON');
  }
}
