import { join, resolve } from 'node:path';
import {
  type Environment,
  formerNames,
  isLoopback,
  readEnvironment,
  type SettingsCheck,
} from './environment.js';
import { type ProjectSettingsSchema, readProjectSettings } from './project-settings.js';
import { VERSION } from './version.js';

const MCP_BODY_BYTES = 2 * 1024 * 1024;
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** How the service presents itself. */
export interface ServiceIdentity {
  name: string;
  version: string;
}

/** What a project's config says of its settings. */
export interface ProjectConfig extends ServiceIdentity {
  settings?: ProjectSettingsSchema;
}

const BOUNCER: ProjectConfig = { name: 'bouncer', version: VERSION };

function toSettings(env: Environment, { name, version }: ServiceIdentity, project: Record<string, unknown>) {
  const loopbackNames = isLoopback(env.HOST) ? [...new Set([...LOOPBACK_NAMES, env.HOST])] : undefined;
  return {
    /** How the service presents itself; the title is the name with a capital letter. */
    service: { name, title: name.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()), version },
    /** The project's own settings, checked by the schema of its config. */
    project,
    environment: env.NODE_ENV,
    port: env.PORT,
    host: env.HOST,
    /** Where clients reach the service, when it is not `http://HOST:PORT`. */
    publicUrl: env.PUBLIC_URL,
    databaseUrl: env.DATABASE_URL,
    /** Who migrates and owns the schema, where that is not the role of `databaseUrl`. */
    migrationDatabaseUrl: env.MIGRATION_DATABASE_URL,
    dataDir: resolve(env.DATA_DIR),
    migrateOnStart: env.MIGRATE_ON_START,
    redisUrl: env.REDIS_URL,
    bootstrapAdmin: { email: env.BOOTSTRAP_ADMIN_EMAIL.toLowerCase(), key: env.BOOTSTRAP_ADMIN_KEY },
    apiKeys: {
      prefix: env.API_KEY_PREFIX,
      /** Days a key lives when its creator names no end; `null`: for ever. */
      defaultTtlDays: env.API_KEY_DEFAULT_TTL_DAYS,
      maxTtlDays: env.API_KEY_MAX_TTL_DAYS,
      /** Keys of one user that have not ended. */
      maxPerUser: env.API_KEY_MAX_PER_USER,
      /** How long another process's change of a key may stay unseen here. A change made in this process counts at once. */
      maxAgeMs: 10_000,
      /** For how long a key stays good by what was last read of it, while PostgreSQL is away. */
      staleMs: env.API_KEY_STALE_SECONDS * 1000,
      /** Whether `mcp_` and 64 hexadecimal digits pass for a key: the form that the tutorials make. */
      acceptHex: env.API_KEY_ACCEPT_HEX,
    },
    /** Calls a minute. */
    rateLimits: {
      free: env.RATE_LIMIT_FREE,
      development: env.RATE_LIMIT_DEVELOPMENT,
      paid: env.RATE_LIMIT_PAID,
      burst: env.RATE_LIMIT_BURST,
      failedKeys: env.RATE_LIMIT_FAILED_KEYS,
      /** Requests without a key, of one address. */
      keyless: env.RATE_LIMIT_KEYLESS,
    },
    audit: {
      /** `memory`: rows wait in memory only; `spool`: on disk when PostgreSQL is away; `wal`: on disk before the answer. */
      durability: env.AUDIT_DURABILITY,
      /** Whether rows keep what `@AuditMetadata` names of a call's input. */
      callMetadata: env.AUDIT_CALL_METADATA,
      spoolMaxBytes: env.AUDIT_SPOOL_MAX_BYTES,
      /** How long a call waits for a place for its row before it is refused. */
      waitMs: env.AUDIT_WAIT_SECONDS * 1000,
      maxRows: env.AUDIT_QUEUE_MAX_ROWS,
      maxBytes: env.AUDIT_QUEUE_MAX_BYTES,
      drainMs: env.AUDIT_DRAIN_SECONDS * 1000,
      webhook:
        env.AUDIT_WEBHOOK_URL && env.AUDIT_WEBHOOK_SECRET
          ? { url: env.AUDIT_WEBHOOK_URL, secret: env.AUDIT_WEBHOOK_SECRET }
          : undefined,
      /** Before each further try of a webhook. */
      webhookRetryMs: env.AUDIT_WEBHOOK_RETRY_SECONDS.map((seconds) => seconds * 1000),
      streamHeartbeatMs: env.AUDIT_STREAM_HEARTBEAT_SECONDS * 1000,
      seal: {
        everyMs: env.AUDIT_SEAL_SECONDS * 1000,
        /** PEM of the key that signs; `undefined`: one made below DATA_DIR. */
        keyFile: env.AUDIT_SEAL_KEY_FILE,
        checkpointsFile: resolve(
          env.AUDIT_CHECKPOINTS_FILE ?? join(env.DATA_DIR, 'audit', 'checkpoints.json'),
        ),
        checkpointWebhookUrl: env.AUDIT_CHECKPOINT_WEBHOOK_URL,
      },
      /** Days that rows stay in the table after their month; `null`: for ever. */
      retentionDays: env.AUDIT_RETENTION_DAYS,
    },
    /** `smtpUrl` undefined: mails are logged. */
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM },
    mcp: {
      /** Of one message or batch: room for the largest document, in whichever script it is written. */
      bodyLimitBytes: env.MCP_BODY_LIMIT_BYTES ?? Math.min(env.BODY_LIMIT_BYTES, MCP_BODY_BYTES),
      /** Entries of one page of a list. */
      pageSize: env.MCP_PAGE_SIZE,
      maxResultBytes: env.MCP_MAX_RESULT_BYTES,
      handlerTimeoutMs: env.MCP_HANDLER_TIMEOUT_SECONDS * 1000,
      /** 0: no sessions; a connection of an older revision is then forgotten with each answer. */
      sessionsPerUser: env.MCP_SESSIONS_PER_USER,
      sessionMs: env.MCP_SESSION_MINUTES * 60_000,
      /** The API key that `npm run mcp:stdio` serves with. */
      stdioKey: env.MCP_STDIO_KEY,
      /** Seals what clients carry between the rounds of a call; `undefined`: made at start, for this process alone. */
      stateSecret: env.MCP_STATE_SECRET,
      /** What agents never reach, whatever their scopes. */
      deniedResources: env.AGENT_DENIED_RESOURCES,
      /** What becomes of a result that holds a secret. */
      secretsInResults: env.SECRETS_IN_RESULTS,
    },
    bodyLimitBytes: env.BODY_LIMIT_BYTES,
    /** What waits for clients to read it. */
    output: {
      /** After so long without progress a connection is destroyed. */
      stallMs: env.OUTPUT_STALL_SECONDS * 1000,
      connectionMaxBytes: env.OUTPUT_CONNECTION_MAX_BYTES,
      userMaxBytes: env.OUTPUT_USER_MAX_BYTES,
      maxBytes: env.OUTPUT_MAX_BYTES,
    },
    trustProxy: env.TRUST_PROXY,
    /** Host names this service answers to; `undefined`: any (only behind a public bind). */
    allowedHosts: env.ALLOWED_HOSTS ?? loopbackNames,
    /** Host names of web pages that may call this service from a browser. */
    allowedOrigins: env.ALLOWED_ORIGINS ?? loopbackNames ?? [],
    tls:
      env.TLS_CERT_FILE && env.TLS_KEY_FILE ? { cert: env.TLS_CERT_FILE, key: env.TLS_KEY_FILE } : undefined,
  };
}

/** Everything that can be set, typed and checked. `docs/configuration.md` describes each setting. */
export type Settings = ReturnType<typeof toSettings>;

/** Thrown at start: one message that names every wrong setting, never a value. */
export class SettingsError extends Error {
  override name = 'SettingsError';

  constructor(issues: { name: string; message: string }[]) {
    super(`Wrong settings:\n${issues.map(({ name, message }) => `  ${name}: ${message}`).join('\n')}`);
  }
}

/**
 * Reads the settings from environment variables, with those of a project in the same error.
 * @param checks what else must hold, such as what a file says: told in the same error
 * @throws SettingsError
 */
export function readSettings(
  env: Record<string, string | undefined>,
  checks: readonly SettingsCheck[] = [],
  config: ProjectConfig = BOUNCER,
): Settings {
  const own = readEnvironment(env, checks);
  const project = readProjectSettings(config.settings, env);
  if (own.ok && project.ok) return toSettings(own.values, config, project.values);
  throw new SettingsError([own, project].flatMap((read) => (read.ok ? [] : read.issues)));
}

const warned = new Set<string>();

/** Warns once about each variable that is set under a former name. */
function warnOfFormerNames(env: Record<string, string | undefined>): void {
  for (const { formerly, name } of formerNames(env)) {
    if (warned.has(formerly)) continue;
    warned.add(formerly);
    process.emitWarning(`${formerly} is now called ${name}`, 'DeprecationWarning');
  }
}

/** The settings of this process. Only this module reads `process.env`. @throws SettingsError */
export function settingsFromEnvironment(
  checks: readonly SettingsCheck[] = [],
  config?: ProjectConfig,
): Settings {
  warnOfFormerNames(process.env);
  return readSettings(process.env, checks, config);
}
