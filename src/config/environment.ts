import * as z from 'zod';
import { fileNameOf, type Given, givenSecret } from './secret-file.js';
import { isServiceLink } from './service-link.js';
import { descriptionOf, isBlank } from './variable.js';
import { accessVariables } from './variables/access.variables.js';
import { assistantVariables } from './variables/assistant.variables.js';
import { auditVariables } from './variables/audit.variables.js';
import { consoleVariables } from './variables/console.variables.js';
import { documentsVariables } from './variables/documents.variables.js';
import { federationVariables } from './variables/federation.variables.js';
import { identityVariables } from './variables/identity.variables.js';
import { mailVariables } from './variables/mail.variables.js';
import { mcpVariables } from './variables/mcp.variables.js';
import { networkVariables } from './variables/network.variables.js';
import { oauthVariables } from './variables/oauth.variables.js';
import { replicasVariables } from './variables/replicas.variables.js';
import { storageVariables } from './variables/storage.variables.js';

/** The settings by topic, in the order of the pages that are generated from them. */
export const VARIABLE_GROUPS = [
  { title: 'Network', variables: networkVariables },
  { title: 'Database and first administrator', variables: storageVariables },
  { title: 'Replicas', variables: replicasVariables },
  { title: 'Keys, limits and access', variables: accessVariables },
  { title: 'People who sign in', variables: identityVariables },
  { title: 'Other providers of sign-in', variables: federationVariables },
  { title: 'OAuth', variables: oauthVariables },
  { title: 'Audit', variables: auditVariables },
  { title: 'MCP and answers', variables: mcpVariables },
  { title: 'Documents', variables: documentsVariables },
  { title: 'Assistant', variables: assistantVariables },
  { title: 'Console', variables: consoleVariables },
  { title: 'Mail', variables: mailVariables },
] as const;

const environment = z.object({
  ...networkVariables,
  ...storageVariables,
  ...replicasVariables,
  ...accessVariables,
  ...identityVariables,
  ...federationVariables,
  ...oauthVariables,
  ...auditVariables,
  ...mcpVariables,
  ...documentsVariables,
  ...assistantVariables,
  ...consoleVariables,
  ...mailVariables,
});

const MAX_PORT = 65_535;

export type Environment = z.output<typeof environment>;

/** The variables that Bouncer itself reads, with those that name the file of a secret. */
export const SETTING_NAMES: ReadonlySet<string> = new Set(
  Object.entries(environment.shape).flatMap(([name, schema]) =>
    descriptionOf(schema).secret ? [name, fileNameOf(name)] : [name],
  ),
);

/** The names that earlier versions gave to variables. */
export const FORMER_NAMES: ReadonlySet<string> = new Set(
  Object.values(environment.shape).flatMap((schema) => descriptionOf(schema).formerly ?? []),
);

export interface SettingIssue {
  name: string;
  message: string;
}

/** Checks the values that could be read. A variable that is wrong by itself is missing there. */
export type SettingsCheck = (values: Partial<Environment>) => SettingIssue[];

/** Checks each variable by itself and then those that depend on each other, so that one start shows everything that is wrong. */
export function readEnvironment(
  env: Record<string, string | undefined>,
  checks: readonly SettingsCheck[] = [],
): { ok: true; values: Environment } | { ok: false; issues: SettingIssue[] } {
  const values: Record<string, unknown> = {};
  const issues: SettingIssue[] = [];
  for (const [name, schema] of Object.entries(environment.shape)) {
    const given = givenFor(name, schema, env);
    if (!given.ok) {
      issues.push({ name: given.from, message: given.message });
      continue;
    }
    const result = schema.safeParse(given.value);
    if (result.success) values[name] = result.data;
    else issues.push(...result.error.issues.map(({ message }) => ({ name: given.from, message })));
  }
  issues.push(...[crossFieldIssues, ...checks].flatMap((check) => check(values)));
  return issues.length > 0 ? { ok: false, issues } : { ok: true, values: values as Environment };
}

function givenFor(name: string, schema: z.ZodType, env: Record<string, string | undefined>): Given {
  const { formerly, secret } = descriptionOf(schema);
  if (secret) return givenSecret(name, env);
  const from = formerly !== undefined && isBlank(env[name]) ? formerly : name;
  const value = env[from];
  return {
    ok: true,
    from: name,
    value: value !== undefined && isServiceLink(from, value) ? undefined : value,
  };
}

/** The variables that are set under a former name, with the name to use instead. */
export const formerNames = (env: Record<string, string | undefined>): { formerly: string; name: string }[] =>
  Object.entries(environment.shape).flatMap(([name, schema]) => {
    const { formerly } = descriptionOf(schema);
    return formerly !== undefined && !isBlank(env[formerly]) ? [{ formerly, name }] : [];
  });

export const isLoopback = (host: string): boolean =>
  /^(localhost|::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(host);

/** Settings of which none means anything without the other. */
const TOGETHER = [
  ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
  ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'],
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID'],
] as const;

/** Finds values that are valid by themselves and contradict each other. */
function crossFieldIssues(values: Partial<Environment>): SettingIssue[] {
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
  if ((values.ASSISTANT_BASE_URL === undefined) !== (values.ASSISTANT_MODEL === undefined)) {
    const name = values.ASSISTANT_MODEL === undefined ? 'ASSISTANT_MODEL' : 'ASSISTANT_BASE_URL';
    issues.push({ name, message: 'a language model needs its address and its name' });
  }
  const guarded = TLS_CERT_FILE ?? TRUST_PROXY ?? ALLOW_PUBLIC_HTTP;
  if (NODE_ENV === 'production' && HOST !== undefined && !isLoopback(HOST) && !guarded) {
    const message =
      'a public address in production needs TLS_CERT_FILE and TLS_KEY_FILE, or TRUST_PROXY, or ALLOW_PUBLIC_HTTP=true';
    issues.push({ name: 'HOST', message });
  }
  const isReachedElsewhere = (HOST !== undefined && !isLoopback(HOST)) || TRUST_PROXY !== undefined;
  const hasNoUrl = 'PUBLIC_URL' in values && values.PUBLIC_URL === undefined;
  if (NODE_ENV === 'production' && isReachedElsewhere && hasNoUrl) {
    const message =
      'must be set in production where HOST is a public address or TRUST_PROXY is set: cookies and the links in mails are made for it';
    issues.push({ name: 'PUBLIC_URL', message });
  }
  if (most !== undefined && ttl !== undefined && (ttl === null || ttl > most)) {
    issues.push({
      name: 'API_KEY_DEFAULT_TTL_DAYS',
      message: 'must not be longer than API_KEY_MAX_TTL_DAYS',
    });
  }
  for (const [one, other] of TOGETHER) {
    if ((values[one] === undefined) === (values[other] === undefined)) continue;
    const name = values[one] === undefined ? one : other;
    issues.push({ name, message: `must be set together with ${name === one ? other : one}` });
  }
  issues.push(...workerIssues(values), ...unsharedSecrets(values));
  const mayEmbed = NODE_ENV !== 'production' || values.ALLOW_EMBEDDED_DATABASE !== false;
  if (!mayEmbed && 'DATABASE_URL' in values && DATABASE_URL === undefined) {
    const message = 'must be set in production, or ALLOW_EMBEDDED_DATABASE=true for the embedded PostgreSQL';
    issues.push({ name: 'DATABASE_URL', message });
  } else if (MIGRATION_DATABASE_URL !== undefined && 'DATABASE_URL' in values && DATABASE_URL === undefined) {
    issues.push({ name: 'DATABASE_URL', message: 'must be set where MIGRATION_DATABASE_URL is' });
  }
  return issues;
}

/** Whether other processes serve on the same database, where COHERENCE does not say so itself. */
export const coherenceOf = ({
  COHERENCE,
  DATABASE_URL,
  WORKERS,
}: Partial<Environment>): NonNullable<Environment['COHERENCE']> =>
  COHERENCE ?? (DATABASE_URL === undefined && (WORKERS ?? 1) === 1 ? 'single' : 'replicas');

/** Finds what several processes on one port cannot have. */
function workerIssues(values: Partial<Environment>): SettingIssue[] {
  const { WORKERS = 1, COHERENCE, METRICS_PORT, MCP_SESSIONS_PER_USER } = values;
  if (WORKERS === 1) return [];
  const issues: SettingIssue[] = [];
  if (COHERENCE === 'single') {
    const message = `must be replicas, or not set, with WORKERS=${WORKERS}: workers are replicas of each other`;
    issues.push({ name: 'COHERENCE', message });
  }
  if (METRICS_PORT !== undefined && METRICS_PORT + WORKERS - 1 > MAX_PORT) {
    const message = `must be at most ${MAX_PORT + 1 - WORKERS} with WORKERS=${WORKERS}: each worker has a port of its own`;
    issues.push({ name: 'METRICS_PORT', message });
  }
  if ((MCP_SESSIONS_PER_USER ?? 0) > 0) {
    const message = `must be 0 with WORKERS=${WORKERS}: a session lives in one process, and a connection comes to any`;
    issues.push({ name: 'MCP_SESSIONS_PER_USER', message });
  }
  return issues;
}

/**
 * In production, replicas share what each of them would otherwise make for itself: a client's state and a person's session
 * would be refused by the other replicas, and the verifier would need the public key of each.
 */
function unsharedSecrets(values: Partial<Environment>): SettingIssue[] {
  const { NODE_ENV, COHERENCE, DATABASE_URL } = values;
  const isReplica = COHERENCE === 'replicas' || (COHERENCE === undefined && DATABASE_URL !== undefined);
  if (NODE_ENV !== 'production' || !isReplica || !('COHERENCE' in values) || !('SECRETS_KEY' in values))
    return [];
  if (values.SECRETS_KEY !== undefined) return [];
  return (['MCP_STATE_SECRET', 'AUTH_SECRET', 'AUDIT_SEAL_KEY_FILE'] as const)
    .filter((name) => name in values && values[name] === undefined)
    .map((name) => ({
      name,
      message: 'must be shared by replicas: set it, or SECRETS_KEY, or COHERENCE=single for one process',
    }));
}
