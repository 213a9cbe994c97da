import { isIP } from 'node:net';
import { resolve } from 'node:path';
import * as z from 'zod';

/** An optional setting: an empty variable counts as absent, as `FOO= npm start` means. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((given) => (given === undefined || given === '' ? value : given), schema);

const integer = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(min).max(max);
const flag = z.stringbool({ error: 'must be true or false' });
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const days = z.union([z.literal('never').transform(() => null), integer(1, 36_500)], {
  error: 'must be a number of days from 1 to 36500, or "never"',
});
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/./, 'must be a postgres:// URL');

/** An address, a CIDR block, or one of the names that Fastify knows for the private ranges. */
function isProxy(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const version = isIP(address);
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 6 ? 128 : 32));
}

const environment = z.object({
  NODE_ENV: withDefault(z.enum(['development', 'production', 'test']), 'development'),
  PORT: withDefault(integer(0, 65_535), '3000'),
  HOST: withDefault(z.string(), '127.0.0.1'),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })),
  DATABASE_URL: optional(postgresUrl),
  DATA_DIR: withDefault(z.string(), './.data'),
  MIGRATE_ON_START: withDefault(flag, 'true'),
  REDIS_URL: optional(z.string().regex(/^rediss?:\/\/./, 'must be a redis:// URL')),
  BOOTSTRAP_ADMIN_EMAIL: withDefault(
    z.string().regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address'),
    'admin@localhost',
  ),
  BOOTSTRAP_ADMIN_KEY: optional(z.string()),
  API_KEY_PREFIX: withDefault(
    z.string().regex(/^(?=.{1,32}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'must be lower-case words joined by "_"'),
    'mcp',
  ),
  API_KEY_DEFAULT_TTL_DAYS: withDefault(days, '90'),
  API_KEY_MAX_TTL_DAYS: optional(integer(1, 36_500)),
  RATE_LIMIT_FREE: withDefault(integer(1), '60'),
  RATE_LIMIT_DEVELOPMENT: withDefault(integer(1), '100'),
  RATE_LIMIT_PAID: withDefault(integer(1), '300'),
  RATE_LIMIT_BURST: withDefault(integer(0), '0'),
  RATE_LIMIT_FAILED_KEYS: withDefault(integer(1), '20'),
  AUDIT_QUEUE_MAX_ROWS: withDefault(integer(1), '20000'),
  AUDIT_QUEUE_MAX_BYTES: withDefault(integer(65_536), String(32 * 1024 * 1024)),
  AUDIT_DRAIN_SECONDS: withDefault(integer(1, 600), '10'),
  BODY_LIMIT_BYTES: withDefault(integer(1024), String(2 * 1024 * 1024)),
  TRUST_PROXY: optional(
    list.refine((items) => items.every(isProxy), 'must be addresses or CIDR blocks, by comma'),
  ),
  ALLOWED_HOSTS: optional(list),
  ALLOWED_ORIGINS: optional(list),
  TLS_CERT_FILE: optional(z.string()),
  TLS_KEY_FILE: optional(z.string()),
  ALLOW_PUBLIC_HTTP: withDefault(flag, 'false'),
});

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const schema = environment
  .superRefine((env, context) => {
    const wrong = (path: keyof typeof env, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if ((env.TLS_CERT_FILE === undefined) !== (env.TLS_KEY_FILE === undefined)) {
      wrong(env.TLS_CERT_FILE ? 'TLS_KEY_FILE' : 'TLS_CERT_FILE', 'TLS needs a certificate and a key file');
    }
    const guarded = env.TLS_CERT_FILE ?? env.TRUST_PROXY;
    if (env.NODE_ENV === 'production' && !LOOPBACK.has(env.HOST) && !guarded && !env.ALLOW_PUBLIC_HTTP) {
      wrong(
        'HOST',
        'a public address in production needs TLS_CERT_FILE and TLS_KEY_FILE, or TRUST_PROXY, or ALLOW_PUBLIC_HTTP=true',
      );
    }
    const { API_KEY_DEFAULT_TTL_DAYS: ttl, API_KEY_MAX_TTL_DAYS: most } = env;
    if (most !== undefined && (ttl === null || ttl > most)) {
      wrong('API_KEY_DEFAULT_TTL_DAYS', 'must not be longer than API_KEY_MAX_TTL_DAYS');
    }
  })
  .transform((env) => ({
    environment: env.NODE_ENV,
    port: env.PORT,
    host: env.HOST,
    /** Where clients reach the service, when it is not `http://HOST:PORT`. */
    publicUrl: env.PUBLIC_URL,
    databaseUrl: env.DATABASE_URL,
    dataDir: resolve(env.DATA_DIR),
    migrateOnStart: env.MIGRATE_ON_START,
    redisUrl: env.REDIS_URL,
    bootstrapAdmin: { email: env.BOOTSTRAP_ADMIN_EMAIL.toLowerCase(), key: env.BOOTSTRAP_ADMIN_KEY },
    apiKeys: {
      prefix: env.API_KEY_PREFIX,
      /** Days a key lives when its creator names no end; `null`: for ever. */
      defaultTtlDays: env.API_KEY_DEFAULT_TTL_DAYS,
      maxTtlDays: env.API_KEY_MAX_TTL_DAYS,
    },
    /** Calls a minute. */
    rateLimits: {
      free: env.RATE_LIMIT_FREE,
      development: env.RATE_LIMIT_DEVELOPMENT,
      paid: env.RATE_LIMIT_PAID,
      burst: env.RATE_LIMIT_BURST,
      failedKeys: env.RATE_LIMIT_FAILED_KEYS,
    },
    audit: {
      maxRows: env.AUDIT_QUEUE_MAX_ROWS,
      maxBytes: env.AUDIT_QUEUE_MAX_BYTES,
      drainMs: env.AUDIT_DRAIN_SECONDS * 1000,
    },
    bodyLimitBytes: env.BODY_LIMIT_BYTES,
    trustProxy: env.TRUST_PROXY,
    /** Host names this service answers to; `undefined`: any (only behind a public bind). */
    allowedHosts:
      env.ALLOWED_HOSTS ?? (LOOPBACK.has(env.HOST) ? ['localhost', '127.0.0.1', '[::1]'] : undefined),
    /** Host names of web pages that may call this service from a browser. */
    allowedOrigins:
      env.ALLOWED_ORIGINS ?? (LOOPBACK.has(env.HOST) ? ['localhost', '127.0.0.1', '[::1]'] : []),
    tls:
      env.TLS_CERT_FILE && env.TLS_KEY_FILE ? { cert: env.TLS_CERT_FILE, key: env.TLS_KEY_FILE } : undefined,
  }));

/** Everything that can be set, typed and checked. See the table in `README.md`. */
export type Settings = z.output<typeof schema>;

/** Thrown at start: one message that names every wrong setting, never a value. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** Reads the settings from environment variables. @throws SettingsError */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new SettingsError(`Wrong settings:\n${lines.join('\n')}`);
}

/** The settings of this process. Only this room reads `process.env`. @throws SettingsError */
export const settingsFromEnvironment = (): Settings => readSettings(process.env);
