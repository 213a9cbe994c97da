import type { JsonSchema } from '../validation/dto-schema.js';

const text = (description: string, example: string) => ({ description, schema: { type: 'string' }, example });

/** For `components.headers`. */
export const HEADERS: Record<string, JsonSchema> = {
  'X-Request-Id': text('Names the request in logs and in the audit', '01990f6e-1c2b-7d4e-8f00-3a5b7c9d1e2f'),
  'RateLimit-Policy': text(
    'The limit that holds: `q` calls in `w` seconds. Not sent to the tier `unlimited`',
    '"development";q=100;w=60',
  ),
  RateLimit: text('`r` calls are left, `t` seconds until the count starts again', '"development";r=97;t=41'),
  'Retry-After': text('Seconds to wait', '12'),
  'X-API-Key-Expires': text('In the last 7 days of the key: when it ends', '2027-05-01T12:00:00.000Z'),
  'Idempotent-Replayed': text('The answer is that of an earlier try', 'true'),
  'WWW-Authenticate': text('RFC 6750', 'Bearer error="invalid_token"'),
};

const RETRY_LATER = new Set([429, 503]);
const CHALLENGED = new Set([401, 403]);
/** The statuses that are sent before the limit is checked. */
const UNCOUNTED = new Set([401, 413, 415]);

/** The headers that come with `status`. @param counted whether the route counts against a limit */
export function headersOf(status: number, counted: boolean): Record<string, JsonSchema> {
  const names = [
    'X-Request-Id',
    ...(counted && !UNCOUNTED.has(status) ? ['RateLimit-Policy', 'RateLimit'] : []),
    ...(counted && CHALLENGED.has(status) ? ['WWW-Authenticate'] : []),
    ...(counted && !UNCOUNTED.has(status) ? ['X-API-Key-Expires'] : []),
    ...(counted && status === 201 ? ['Idempotent-Replayed'] : []),
    ...(RETRY_LATER.has(status) ? ['Retry-After'] : []),
  ];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
