import { APIError } from 'better-auth/api';
import { shownName } from '../../oauth/shown-name.js';

/**
 * What a client may say of itself when it registers (RFC 7591, section 2). Everything else is left out: an address that the service
 * would call by itself (`backchannel_logout_uri`, `jwks_uri`), and what only an administrator grants (`skip_consent`, `scope`).
 */
const MEMBERS: ReadonlySet<string> = new Set([
  'redirect_uris',
  'client_name',
  'client_uri',
  'logo_uri',
  'contacts',
  'tos_uri',
  'policy_uri',
  'token_endpoint_auth_method',
  'grant_types',
  'response_types',
  'application_type',
  'jwks',
  'software_id',
  'software_version',
  'dpop_bound_access_tokens',
]);

/** Leaves in a registration what a client may say of itself. @throws APIError `invalid_client_metadata` for a name that cannot be shown */
export function keepMembers(body: Record<string, unknown>): void {
  for (const name of Object.keys(body)) if (!MEMBERS.has(name)) delete body[name];
  if (body.client_name === undefined) return;
  const read = shownName.safeParse(body.client_name);
  if (!read.success)
    throw new APIError('BAD_REQUEST', {
      error: 'invalid_client_metadata',
      error_description: `client_name: ${read.error.issues[0]?.message}`,
    });
  body.client_name = read.data;
}
