import * as z from 'zod';
import { flag, postgresUrl } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** The database, and the first administrator in it. */
export const storageVariables = {
  DATABASE_URL: optional(postgresUrl, {
    description:
      'The PostgreSQL database, with the role that the service runs as. It is reached directly or through a pooler in session mode: a pooler in transaction mode breaks [the locks of the audit](audit.md#who-may-take-over-a-node).',
    example: 'postgres://bouncer_service:password@db.example.com:5432/bouncer',
    otherwise: 'the embedded PostgreSQL, with its data below `DATA_DIR`',
    secret: true,
  }),
  ALLOW_EMBEDDED_DATABASE: withDefault(flag, 'false', {
    description:
      'Allows the embedded PostgreSQL in production. Without it, a production start without `DATABASE_URL` is refused, because a forgotten variable would serve an empty database.',
    example: 'true',
  }),
  MIGRATION_DATABASE_URL: optional(postgresUrl, {
    description:
      'The same database, with the role that owns the schema and runs the migrations. It grants the role of `DATABASE_URL` what the service needs, and creates that role where there is none and it may. It needs `DATABASE_URL`.',
    example: 'postgres://bouncer_owner:password@db.example.com:5432/bouncer',
    otherwise: 'as `DATABASE_URL`',
    secret: true,
  }),
  // pg_ctl hands the path to a shell, within quotes.
  DATA_DIR: withDefault(
    z.string().regex(/^[^"$`\n\0]+$/, 'must not contain any of " $ ` or a line break'),
    './.data',
    {
      description:
        'The folder of the embedded database, of the audit rows that wait for PostgreSQL, and of the key that signs the seals. In a container it must be on a volume.',
      shape: 'the path of a folder',
      example: '/var/lib/bouncer',
    },
  ),
  MIGRATE_ON_START: withDefault(flag, 'true', {
    description:
      'Whether the service runs the migrations when it starts. With `false`, `npm run migration:run` has to be run before.',
    example: 'false',
  }),
  REDIS_URL: optional(z.string().regex(/^rediss?:\/\/./, 'must be a redis:// URL'), {
    description:
      'A Redis or Valkey 6.2 or newer, or a cluster of either, that counts the rate limits over all replicas. While it is away, each replica takes its share of the limits: see [operations](operations.md#limits-over-redis).',
    shape: 'a `redis://` or `rediss://` URL',
    example: 'redis://cache.example.com:6379',
    otherwise: 'limits are counted in memory',
    secret: true,
  }),
  BOOTSTRAP_ADMIN_EMAIL: withDefault(
    z.string().regex(/^(?=.{3,254}$)[^\s@\p{C}]+@[^\s@\p{C}]+$/u, 'must be an e-mail address'),
    'admin@localhost',
    {
      description: 'The e-mail address of the administrator whom the first start creates.',
      shape: 'an e-mail address',
      example: 'ada@example.com',
    },
  ),
  BOOTSTRAP_ADMIN_KEY: optional(z.string(), {
    description:
      'An API key for that administrator, made with `npm run -s key:generate`. It is not printed. A later start gives it to the same administrator, which helps whoever has lost the key.',
    shape: 'an API key with the prefix `API_KEY_PREFIX`',
    example: 'mcp_...',
    otherwise: 'a key is generated at the first start and printed once',
    secret: true,
  }),
};
