import { isIP } from 'node:net';
import * as z from 'zod';
import { DEFAULT_DENIED, MAX_PATTERNS, parseResourcePattern } from './resource-pattern.js';

/** An empty variable counts as absent, as `FOO= npm start` means. */
const isBlank = (value: unknown) => value === undefined || (typeof value === 'string' && value.trim() === '');

const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (isBlank(value) ? undefined : value), schema.optional());
const withDefault = <T extends z.ZodType>(schema: T, value: z.input<T>) =>
  z.preprocess((given) => (isBlank(given) ? value : given), schema);

const integer = (min: number, max = Number.MAX_SAFE_INTEGER) => {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const error = `must be a whole number ${range}`;
  return z
    .string()
    .regex(/^\d{1,16}$/, error)
    .transform(Number)
    .pipe(z.number().min(min, error).max(max, error));
};
const flag = z.stringbool({ error: 'must be true or false' });
/** Items by comma, at least one. */
const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
  .refine((items) => items.length > 0, 'must name at least one');
const days = (min: number) =>
  z.union([z.literal('never').transform(() => null), integer(min, 36_500)], {
    error: `must be a number of days from ${min} to 36500, or "never"`,
  });
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/./, 'must be a postgres:// URL');

const HOST_NAME = /^(?:[a-z0-9-]+\.)*[a-z0-9-]+$|^\[[0-9a-f:.]+\]$/i;
const hostNames = list.refine(
  (items) => items.every((item) => HOST_NAME.test(item)),
  'must be host names without scheme and port, by comma',
);

/** `defaults` stands for what there is without a setting, so that it need not be written again to be added to. */
const resourcePatterns = z.string().transform((text, context) => {
  const items = text.trim() === 'none' ? [] : text.split(',').map((item) => item.trim());
  const texts = [...new Set(items.flatMap((item) => (item === 'defaults' ? DEFAULT_DENIED : [item])))];
  const patterns = texts.filter(Boolean).map(parseResourcePattern);
  if (patterns.length <= MAX_PATTERNS && patterns.every((pattern) => pattern !== undefined)) return patterns;
  const message = `must be at most ${MAX_PATTERNS} patterns by comma, each kind, kind:* or kind:id with * for any characters; "defaults"; or "none"`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const SENDER = /^(?=.{3,320}$)(?:[^\s@<>,;"]+@[^\s@<>,;"]+|[^\0@<>,;"]+ <[^\s@<>,;"]+@[^\s@<>,;"]+>)$/;

/** An address, a CIDR block, or one of the names that Fastify knows for the private ranges. */
function isProxy(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const version = isIP(address);
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 6 ? 128 : 32));
}

const environment = z.object({
  NODE_ENV: withDefault(
    z.enum(['development', 'production', 'test'], { error: 'must be development, production or test' }),
    'development',
  ),
  PORT: withDefault(integer(0, 65_535), '3000'),
  HOST: withDefault(z.string().trim().toLowerCase(), '127.0.0.1'),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })),
  DATABASE_URL: optional(postgresUrl),
  MIGRATION_DATABASE_URL: optional(postgresUrl),
  // pg_ctl hands the path to a shell, within quotes.
  DATA_DIR: withDefault(
    z.string().regex(/^[^"$`\n\0]+$/, 'must not contain any of " $ ` or a line break'),
    './.data',
  ),
  MIGRATE_ON_START: withDefault(flag, 'true'),
  REDIS_URL: optional(z.string().regex(/^rediss?:\/\/./, 'must be a redis:// URL')),
  BOOTSTRAP_ADMIN_EMAIL: withDefault(
    z.string().regex(/^(?=.{3,254}$)[^\s@\p{C}]+@[^\s@\p{C}]+$/u, 'must be an e-mail address'),
    'admin@localhost',
  ),
  BOOTSTRAP_ADMIN_KEY: optional(z.string()),
  API_KEY_PREFIX: withDefault(
    z.string().regex(/^(?=.{1,32}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/, 'must be lower-case words joined by "_"'),
    'mcp',
  ),
  API_KEY_DEFAULT_TTL_DAYS: withDefault(days(1), '90'),
  API_KEY_MAX_TTL_DAYS: optional(integer(1, 36_500)),
  API_KEY_MAX_PER_USER: withDefault(integer(1), '100'),
  API_KEY_STALE_SECONDS: withDefault(integer(0, 3600), '60'),
  API_KEY_ACCEPT_HEX: withDefault(flag, 'false'),
  RATE_LIMIT_FREE: withDefault(integer(1), '60'),
  RATE_LIMIT_DEVELOPMENT: withDefault(integer(1), '100'),
  RATE_LIMIT_PAID: withDefault(integer(1), '300'),
  RATE_LIMIT_BURST: withDefault(integer(0), '0'),
  RATE_LIMIT_FAILED_KEYS: withDefault(integer(1), '20'),
  RATE_LIMIT_KEYLESS: withDefault(integer(1), '600'),
  SMTP_URL: optional(z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' })),
  MAIL_FROM: withDefault(
    z.string().trim().regex(SENDER, 'must be an e-mail address, or a name and <an address>'),
    'bouncer@localhost',
  ),
  AUDIT_DURABILITY: withDefault(
    z.enum(['memory', 'spool', 'wal'], { error: 'must be memory, spool or wal' }),
    'spool',
  ),
  AUDIT_CALL_METADATA: withDefault(flag, 'true'),
  AUDIT_QUEUE_MAX_ROWS: withDefault(integer(1), '20000'),
  AUDIT_QUEUE_MAX_BYTES: withDefault(integer(65_536), String(32 * 1024 * 1024)),
  AUDIT_SPOOL_MAX_BYTES: withDefault(integer(65_536), String(1024 * 1024 * 1024)),
  AUDIT_WAIT_SECONDS: withDefault(integer(0, 60), '2'),
  AUDIT_WEBHOOK_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })),
  AUDIT_WEBHOOK_SECRET: optional(z.string().min(16, 'must have at least 16 characters')),
  AUDIT_DRAIN_SECONDS: withDefault(integer(1, 600), '10'),
  AUDIT_SEAL_SECONDS: withDefault(integer(1, 600), '10'),
  AUDIT_SEAL_KEY_FILE: optional(z.string()),
  AUDIT_HEADS_FILE: optional(z.string()),
  AUDIT_HEAD_WEBHOOK_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' })),
  AUDIT_RETENTION_DAYS: withDefault(days(30), '365'),
  BODY_LIMIT_BYTES: withDefault(integer(1024), String(2 * 1024 * 1024)),
  OUTPUT_STALL_SECONDS: withDefault(integer(1, 3600), '30'),
  OUTPUT_CONNECTION_MAX_BYTES: withDefault(integer(65_536), String(16 * 1024 * 1024)),
  OUTPUT_USER_MAX_BYTES: withDefault(integer(65_536), String(64 * 1024 * 1024)),
  OUTPUT_MAX_BYTES: withDefault(integer(65_536), String(256 * 1024 * 1024)),
  MCP_BODY_LIMIT_BYTES: optional(integer(1024)),
  MCP_PAGE_SIZE: withDefault(integer(1, 10_000), '250'),
  MCP_MAX_RESULT_BYTES: withDefault(integer(1024), String(4 * 1024 * 1024)),
  MCP_HANDLER_TIMEOUT_SECONDS: withDefault(integer(1, 3600), '60'),
  MCP_SESSIONS_PER_USER: withDefault(integer(0, 1000), '0'),
  MCP_SESSION_MINUTES: withDefault(integer(1, 1440), '60'),
  MCP_STDIO_KEY: optional(z.string().trim()),
  MCP_STATE_SECRET: optional(z.string().min(32, 'must have at least 32 characters')),
  AGENT_DENIED_RESOURCES: withDefault(resourcePatterns, 'defaults'),
  SECRETS_IN_RESULTS: withDefault(
    z.enum(['mask', 'refuse', 'off'], { error: 'must be mask, refuse or off' }),
    'mask',
  ),
  TRUST_PROXY: optional(
    list.refine((items) => items.every(isProxy), 'must be addresses or CIDR blocks, by comma'),
  ),
  ALLOWED_HOSTS: optional(hostNames),
  ALLOWED_ORIGINS: optional(hostNames),
  TLS_CERT_FILE: optional(z.string()),
  TLS_KEY_FILE: optional(z.string()),
  ALLOW_PUBLIC_HTTP: withDefault(flag, 'false'),
});

export type Environment = z.output<typeof environment>;

export interface SettingIssue {
  name: string;
  message: string;
}

/** Looks at what was read; a variable that is wrong by itself is missing there. */
export type SettingsCheck = (values: Partial<Environment>) => SettingIssue[];

/** Checks each variable by itself and then what must fit together, so that one start shows everything that is wrong. */
export function readEnvironment(
  env: Record<string, string | undefined>,
  checks: readonly SettingsCheck[] = [],
): { ok: true; values: Environment } | { ok: false; issues: SettingIssue[] } {
  const values: Record<string, unknown> = {};
  const issues: SettingIssue[] = [];
  for (const [name, schema] of Object.entries(environment.shape)) {
    const result = schema.safeParse(env[name]);
    if (result.success) values[name] = result.data;
    else issues.push(...result.error.issues.map(({ message }) => ({ name, message })));
  }
  issues.push(...[misfits, ...checks].flatMap((check) => check(values)));
  return issues.length > 0 ? { ok: false, issues } : { ok: true, values: values as Environment };
}

export const isLoopback = (host: string): boolean =>
  /^(localhost|::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(host);

/** What is wrong only together. */
function misfits(values: Partial<Environment>): SettingIssue[] {
  const { TLS_CERT_FILE, TLS_KEY_FILE, TRUST_PROXY, ALLOW_PUBLIC_HTTP, NODE_ENV, HOST } = values;
  const { DATABASE_URL, MIGRATION_DATABASE_URL } = values;
  const { API_KEY_DEFAULT_TTL_DAYS: ttl, API_KEY_MAX_TTL_DAYS: most } = values;
  const issues: SettingIssue[] = [];
  if ((TLS_CERT_FILE === undefined) !== (TLS_KEY_FILE === undefined)) {
    const name = TLS_CERT_FILE === undefined ? 'TLS_CERT_FILE' : 'TLS_KEY_FILE';
    issues.push({ name, message: 'TLS needs a certificate and a key file' });
  }
  if ((values.AUDIT_WEBHOOK_URL === undefined) !== (values.AUDIT_WEBHOOK_SECRET === undefined)) {
    const name = values.AUDIT_WEBHOOK_URL === undefined ? 'AUDIT_WEBHOOK_URL' : 'AUDIT_WEBHOOK_SECRET';
    issues.push({ name, message: 'a webhook needs an address and a secret' });
  }
  const guarded = TLS_CERT_FILE ?? TRUST_PROXY ?? ALLOW_PUBLIC_HTTP;
  if (NODE_ENV === 'production' && HOST !== undefined && !isLoopback(HOST) && !guarded) {
    const message =
      'a public address in production needs TLS_CERT_FILE and TLS_KEY_FILE, or TRUST_PROXY, or ALLOW_PUBLIC_HTTP=true';
    issues.push({ name: 'HOST', message });
  }
  if (most !== undefined && ttl !== undefined && (ttl === null || ttl > most)) {
    issues.push({
      name: 'API_KEY_DEFAULT_TTL_DAYS',
      message: 'must not be longer than API_KEY_MAX_TTL_DAYS',
    });
  }
  if (MIGRATION_DATABASE_URL !== undefined && 'DATABASE_URL' in values && DATABASE_URL === undefined) {
    issues.push({ name: 'DATABASE_URL', message: 'must be set where MIGRATION_DATABASE_URL is' });
  }
  return issues;
}
