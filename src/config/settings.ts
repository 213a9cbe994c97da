import { join, resolve } from 'node:path';
import {
  coherenceOf,
  type Environment,
  FORMER_NAMES,
  formerNames,
  isLoopback,
  readEnvironment,
  SETTING_NAMES,
  type SettingIssue,
  type SettingsCheck,
} from './environment.js';
import { federationSettings } from './federation-settings.js';
import { nearNameIssues } from './near-names.js';
import { type ProjectSettingsSchema, projectVariables, readProjectSettings } from './project-settings.js';
import { VERSION } from './version.js';

const MCP_BODY_BYTES = 2 * 1024 * 1024;
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** How the service presents itself. */
export interface ServiceIdentity {
  name: string;
  version: string;
}

/** The part of a project's config that concerns its settings. */
export interface ProjectConfig extends ServiceIdentity {
  settings?: ProjectSettingsSchema;
}

const BOUNCER: ProjectConfig = { name: 'bouncer', version: VERSION };

/** The names of a loopback address. A web page must not reach it under another one (DNS rebinding). */
const loopbackNamesOf = (host: string): string[] | undefined =>
  isLoopback(host) ? [...new Set([...LOOPBACK_NAMES, host])] : undefined;

function toSettings(env: Environment, { name, version }: ServiceIdentity, project: Record<string, unknown>) {
  const isHttps =
    env.PUBLIC_URL === undefined ? env.TLS_CERT_FILE !== undefined : /^https:/i.test(env.PUBLIC_URL);
  /** The pages of the service itself may call it. */
  const ownNames = env.PUBLIC_URL === undefined ? [] : [new URL(env.PUBLIC_URL).hostname];
  const loopbackNames = loopbackNamesOf(env.HOST);
  return {
    /** How the service presents itself; the title is the name with a capital letter. */
    service: { name, title: name.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()), version },
    /** The project's own settings, checked by the schema of its config. */
    project,
    /** Whether the service is a part of another application, which has routes of its own. */
    embedded: false as boolean,
    console: { isServed: env.CONSOLE === 'on', links: env.CONSOLE_LINKS ?? [] },
    /** Where metrics are served without a key; without a port they are not. */
    metrics: {
      port: env.METRICS_PORT,
      host: env.METRICS_HOST,
      /** The names that a scrape may address. `undefined`: all of them. */
      allowedHosts: loopbackNamesOf(env.METRICS_HOST),
    },
    environment: env.NODE_ENV,
    port: env.PORT,
    host: env.HOST,
    /** The address that clients use, where it is not `http://HOST:PORT`. */
    publicUrl: env.PUBLIC_URL,
    databaseUrl: env.DATABASE_URL,
    /** The URL of the role that owns and migrates the schema, where that is not the role of `databaseUrl`. */
    migrationDatabaseUrl: env.MIGRATION_DATABASE_URL,
    dataDir: resolve(env.DATA_DIR),
    migrateOnStart: env.MIGRATE_ON_START,
    redisUrl: env.REDIS_URL,
    coherence: {
      /** Whether other processes may serve on the same database. */
      mode: coherenceOf(env),
      /** How long a process may trust its memory after a poll. */
      leaseMs: env.COHERENCE_LEASE_MS,
    },
    workers: {
      /** How many processes serve the port. */
      count: env.WORKERS,
      /** Which of them this process is, from 1; `undefined`: it is the only one, or it runs them. */
      number: undefined as number | undefined,
    },
    bootstrapAdmin: { email: env.BOOTSTRAP_ADMIN_EMAIL.toLowerCase(), key: env.BOOTSTRAP_ADMIN_KEY },
    apiKeys: {
      prefix: env.API_KEY_PREFIX,
      /** The lifetime in days of a key without an explicit expiry; `null`: it never expires. */
      defaultTtlDays: env.API_KEY_DEFAULT_TTL_DAYS,
      maxTtlDays: env.API_KEY_MAX_TTL_DAYS,
      /** The most active keys of one user. */
      maxPerUser: env.API_KEY_MAX_PER_USER,
      /** How long a change of a key by another process may go unnoticed. A change in this process applies at once. */
      maxAgeMs: 10_000,
      /** How long a cached key stays valid while PostgreSQL is unavailable. */
      staleMs: env.API_KEY_STALE_SECONDS * 1000,
      /** Whether keys of the tutorials' form, `mcp_` and 64 hexadecimal digits, are accepted. */
      acceptHex: env.API_KEY_ACCEPT_HEX,
    },
    /** The most agents of a person or a team that are not retired, with those below them. */
    agents: { maxPerOwner: env.AGENTS_MAX_PER_OWNER },
    /** Calls per minute. */
    rateLimits: {
      free: env.RATE_LIMIT_FREE,
      development: env.RATE_LIMIT_DEVELOPMENT,
      paid: env.RATE_LIMIT_PAID,
      burst: env.RATE_LIMIT_BURST,
      failedKeys: env.RATE_LIMIT_FAILED_KEYS,
      /** Requests per minute without a key, from one address. */
      keyless: env.RATE_LIMIT_KEYLESS,
    },
    audit: {
      /** `memory`: rows wait in memory only; `spool`: on disk when PostgreSQL is away; `wal`: on disk before the answer. */
      durability: env.AUDIT_DURABILITY,
      /** Whether rows keep the members of a call's input that `@AuditMetadata` names. */
      callMetadata: env.AUDIT_CALL_METADATA,
      spoolMaxBytes: env.AUDIT_SPOOL_MAX_BYTES,
      /** How long a call waits for room for its row before it is refused. */
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
        /** The PEM file of the signing key; `undefined`: a key below DATA_DIR is generated. */
        keyFile: env.AUDIT_SEAL_KEY_FILE,
        checkpointsFile: resolve(
          env.AUDIT_CHECKPOINTS_FILE ?? join(env.DATA_DIR, 'audit', 'checkpoints.json'),
        ),
        checkpointWebhookUrl: env.AUDIT_CHECKPOINT_WEBHOOK_URL,
      },
      /** How many days rows stay in the table after their month; `null`: for ever. */
      retentionDays: env.AUDIT_RETENTION_DAYS,
    },
    identity: {
      /** Signs cookies and links; `undefined`: shared under `secretsKey`, or kept in the data folder. */
      secret: env.AUTH_SECRET,
      /** `closed`, `open`, or the domains of the addresses that may sign up. */
      signUp: env.SIGN_UP,
      /** The cookie of a session. Browsers take a name with this prefix only over HTTPS, and for this host alone. */
      cookie: isHttps ? '__Host-bouncer_session' : 'bouncer_session',
      /** Whose sessions need a second factor. */
      mfaRequired: env.MFA_REQUIRED,
      idleMs: env.SESSION_IDLE_MINUTES * 60_000,
      maxMs: env.SESSION_MAX_HOURS * 3_600_000,
    },
    federation: federationSettings(env),
    oauth: {
      /** What becomes of a client that nobody here made. */
      registration: env.OAUTH_DCR,
      /** What a client asks for that names no scopes. */
      defaultScopes: env.OAUTH_DEFAULT_SCOPES,
      accessTokenSeconds: env.OAUTH_ACCESS_TOKEN_MINUTES * 60,
      refreshTokenSeconds: env.OAUTH_REFRESH_TOKEN_DAYS * 86_400,
      /** The authorization servers of others whose tokens are accepted. */
      externalIssuers: env.OAUTH_EXTERNAL_ISSUERS ?? [],
    },
    anomalies: {
      detect: env.ANOMALY_DETECTION,
      rateFactor: env.ANOMALY_RATE_FACTOR,
      /** The refusals a minute of one key or address. */
      refusals: env.ANOMALY_REFUSALS,
      learningMs: env.ANOMALY_LEARNING_HOURS * 3_600_000,
    },
    /** Without `smtpUrl`, mails are only logged. */
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM },
    mcp: {
      /** The limit of one message or batch. It has room for the largest document in any script. */
      bodyLimitBytes: env.MCP_BODY_LIMIT_BYTES ?? Math.min(env.BODY_LIMIT_BYTES, MCP_BODY_BYTES),
      /** The entries on one page of a list. */
      pageSize: env.MCP_PAGE_SIZE,
      maxResultBytes: env.MCP_MAX_RESULT_BYTES,
      handlerTimeoutMs: env.MCP_HANDLER_TIMEOUT_SECONDS * 1000,
      /** 0: there are no sessions, and nothing of a client with an older protocol revision is kept between its requests. */
      sessionsPerUser: env.MCP_SESSIONS_PER_USER,
      sessionMs: env.MCP_SESSION_MINUTES * 60_000,
      /** The API key of `npm run mcp:stdio`. */
      stdioKey: env.MCP_STDIO_KEY,
      /** The secret that authenticates the state which clients return between the rounds of a call; `undefined`: generated at start. */
      stateSecret: env.MCP_STATE_SECRET,
      /** The resources that agents cannot access whatever their scopes are. */
      deniedResources: env.AGENT_DENIED_RESOURCES,
      /** How a result that contains a secret is treated. */
      secretsInResults: env.SECRETS_IN_RESULTS,
    },
    assistant: {
      /** The language model; `undefined`: answers are sentences of the documents. */
      model:
        env.ASSISTANT_BASE_URL && env.ASSISTANT_MODEL
          ? {
              baseUrl: env.ASSISTANT_BASE_URL.replace(/\/+$/, ''),
              name: env.ASSISTANT_MODEL,
              provider: env.ASSISTANT_PROVIDER,
              apiKey: env.ASSISTANT_API_KEY,
            }
          : undefined,
      timeoutMs: env.ASSISTANT_TIMEOUT_SECONDS * 1000,
      maxOutputTokens: env.ASSISTANT_MAX_OUTPUT_TOKENS,
      /** How many answers are given at a time. */
      concurrency: { perUser: env.ASSISTANT_USER_CONCURRENCY, total: env.ASSISTANT_CONCURRENCY },
    },
    bodyLimitBytes: env.BODY_LIMIT_BYTES,
    documents: {
      /** The largest file that becomes a document. */
      maxFileBytes: env.DOCUMENT_FILE_MAX_BYTES,
      /** How long reading one file may take. */
      parseMs: env.DOCUMENT_FILE_SECONDS * 1000,
    },
    /** The limits of output that clients have not read yet. */
    output: {
      /** How long a connection may make no progress before it is destroyed. */
      stallMs: env.OUTPUT_STALL_SECONDS * 1000,
      connectionMaxBytes: env.OUTPUT_CONNECTION_MAX_BYTES,
      userMaxBytes: env.OUTPUT_USER_MAX_BYTES,
      maxBytes: env.OUTPUT_MAX_BYTES,
    },
    shutdown: {
      /** How long requests are still taken after readiness went off. */
      delayMs: env.SHUTDOWN_DELAY_SECONDS * 1000,
      /** How long what is under way may take after that. */
      finishMs: env.SHUTDOWN_FINISH_SECONDS * 1000,
    },
    /** The key under which secrets that replicas share are kept in PostgreSQL. */
    secretsKey: env.SECRETS_KEY,
    trustProxy: env.TRUST_PROXY,
    /** The host names that requests may use; `undefined`: any, which is the default on a public address. */
    allowedHosts: env.ALLOWED_HOSTS ?? loopbackNames,
    /** The host names of web pages that may call the service from a browser. */
    allowedOrigins: [...new Set([...(env.ALLOWED_ORIGINS ?? loopbackNames ?? []), ...ownNames])],
    tls:
      env.TLS_CERT_FILE && env.TLS_KEY_FILE ? { cert: env.TLS_CERT_FILE, key: env.TLS_KEY_FILE } : undefined,
  };
}

/** Everything that can be set, typed and checked. `docs/configuration.md` describes each setting. */
export type Settings = ReturnType<typeof toSettings>;

/** Thrown at start: one message that names every wrong setting, never a value. */
export class SettingsError extends Error {
  override name = 'SettingsError';

  constructor(issues: SettingIssue[]) {
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
  const mistyped = mistypedNames(env, config);
  if (own.ok && project.ok && mistyped.length === 0) return toSettings(own.values, config, project.values);
  throw new SettingsError([...[own, project].flatMap((read) => (read.ok ? [] : read.issues)), ...mistyped]);
}

function mistypedNames(env: Record<string, string | undefined>, { settings }: ProjectConfig): SettingIssue[] {
  const ofProject = new Set(projectVariables(settings));
  const isKnown = (name: string) => SETTING_NAMES.has(name) || FORMER_NAMES.has(name) || ofProject.has(name);
  return nearNameIssues(env, [...SETTING_NAMES], isKnown);
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
