import * as z from 'zod';
import { choice, days, flag, integer, resourcePatterns } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** API keys, the limits of their owners, and what agents never reach. */
export const accessVariables = {
  API_KEY_PREFIX: withDefault(
    z.string().regex(/^(?=.{1,32}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'must be lower-case words joined by "_"'),
    'mcp',
    {
      description: 'The prefix of API keys. Keys with another prefix are refused.',
      shape: 'lower-case words joined by `_`, at most 32 characters',
      example: 'mcp_live',
    },
  ),
  API_KEY_DEFAULT_TTL_DAYS: withDefault(days(1), '90', {
    description: 'How long a key lives when its creator names no `expiresAt`.',
    example: '30',
  }),
  API_KEY_MAX_TTL_DAYS: optional(integer(1, 36_500, 'days'), {
    description: 'The longest life that a key may be given.',
    example: '365',
    otherwise: 'no limit',
  }),
  API_KEY_MAX_PER_USER: withDefault(integer(1, undefined, 'keys'), '100', {
    description:
      'How many keys one user may have. Revoked and expired keys do not count. One more is refused with `key_limit_reached`.',
    example: '20',
  }),
  AGENTS_MAX_PER_OWNER: withDefault(integer(1, undefined, 'agents'), '50', {
    description:
      'How many agents one person or team may have. Agents below agents count for the one who owns the highest of them, and retired ones do not count. One more is refused with `agent_limit_reached`.',
    example: '10',
  }),
  API_KEY_STALE_SECONDS: withDefault(integer(0, 3600, 'seconds'), '60', {
    description:
      'How long a key that was read before stays valid while PostgreSQL does not answer. Below 10 it does not stay valid at all. See [decision 0006](decisions/0006-keys-while-the-database-is-away.md).',
    example: '0',
  }),
  API_KEY_ACCEPT_HEX: withDefault(flag, 'false', {
    description:
      'Also accepts keys of the form `mcp_` and 64 hexadecimal digits, which came from another service: [how they are imported](rest.md#keys-made-elsewhere).',
    example: 'true',
  }),
  RATE_LIMIT_FREE: withDefault(integer(1, undefined, 'calls a minute'), '60', {
    description: 'The limit of a user with the tier `free`. All keys of a user share it.',
    example: '30',
  }),
  RATE_LIMIT_DEVELOPMENT: withDefault(integer(1, undefined, 'calls a minute'), '100', {
    description: 'The limit of a user with the tier `development`, which is the default tier.',
    example: '200',
  }),
  RATE_LIMIT_PAID: withDefault(integer(1, undefined, 'calls a minute'), '300', {
    description: 'The limit of a user with the tier `paid`.',
    example: '1000',
  }),
  RATE_LIMIT_BURST: withDefault(integer(0, undefined, 'calls a minute'), '0', {
    description: "What is allowed on top of each tier's limit.",
    example: '20',
  }),
  RATE_LIMIT_FAILED_KEYS: withDefault(integer(1, undefined, 'requests a minute'), '20', {
    description:
      'How many requests with a key that is not valid one address may send. A valid key from the same address still passes.',
    example: '10',
  }),
  RATE_LIMIT_KEYLESS: withDefault(integer(1, undefined, 'requests a minute'), '600', {
    description:
      'How many requests without a key one address may send. Requests to `/.well-known/*`, `/auth/*`, `/console*` and `/health*` are not counted, and a valid key from the same address still passes.',
    example: '120',
  }),
  AGENT_DENIED_RESOURCES: withDefault(resourcePatterns, 'defaults', {
    description:
      'The resources that agents never reach over MCP, whatever their scopes. `*` stands for any characters, `defaults` for the patterns in [what agents never reach](security.md).',
    example: 'defaults,invoice:*',
  }),
  SECRETS_IN_RESULTS: withDefault(choice('mask', 'refuse', 'off'), 'mask', {
    description:
      'What happens to [secrets in the answers](security.md#secrets-in-answers) of MCP handlers: they are masked, the answer is refused, or nothing is searched.',
    example: 'refuse',
  }),
};
