import { createHash } from 'node:crypto';
import type { GenericEndpointContext } from 'better-auth';
import type { DataSource } from 'typeorm';

/** Stores codes and refresh tokens by their SHA-256, as keys are stored. */
export const storeTokens = {
  hash: (token: string): Promise<string> =>
    Promise.resolve(createHash('sha256').update(token).digest('base64url')),
};

/** The grant type of RFC 8628. */
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** What refresh tokens begin with, so that scanners of secrets find them. */
export const REFRESH_PREFIX = 'bouncer_rt_';

interface TokenBody {
  code?: unknown;
  refresh_token?: unknown;
  /** Its hash already, as the library finds it. */
  device_code?: unknown;
}

/**
 * Returns the family of the tokens that a request to the token endpoint gets: the code that they all come from. The
 * library keeps it with refresh tokens, and a trigger ends access tokens by it. Members of other grant types count for nothing.
 */
export async function familyOf(
  { body }: Pick<GenericEndpointContext, 'body'>,
  grantType: string,
  dataSource: DataSource,
): Promise<string | undefined> {
  const { code, refresh_token: refresh, device_code: device } = (body ?? {}) as TokenBody;
  if (grantType === 'authorization_code')
    return typeof code === 'string' ? storeTokens.hash(code) : undefined;
  if (grantType === DEVICE_GRANT) return typeof device === 'string' ? device : undefined;
  if (typeof refresh !== 'string') return undefined;
  const [row] = await dataSource.query<{ family: string | null }[]>(
    'SELECT authorization_code_id AS family FROM oauth_refresh_tokens WHERE token = $1',
    [await storeTokens.hash(refresh.slice(REFRESH_PREFIX.length))],
  );
  return row?.family ?? undefined;
}
