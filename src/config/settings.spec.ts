import { resolve } from 'node:path';
import { formerNames } from './environment.js';
import { readSettings, SettingsError } from './settings.js';

type Environment = Record<string, string | undefined>;

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://bouncer@db/bouncer',
  SECRETS_KEY: 'x'.repeat(32),
};
const PUBLIC = { ...PRODUCTION, HOST: '0.0.0.0', PUBLIC_URL: 'https://bouncer.example.com' };

function wrong(env: Environment): string {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('readSettings', () => {
  it('has a default for everything', () => {
    expect(readSettings({})).toMatchObject({
      environment: 'development',
      port: 3000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      dataDir: resolve('./.data'),
      redisUrl: undefined,
      bootstrapAdmin: { email: 'admin@localhost', key: undefined },
      apiKeys: { prefix: 'mcp', defaultTtlDays: 90, maxTtlDays: undefined, staleMs: 60_000 },
      rateLimits: { free: 60, development: 100, paid: 300, burst: 0 },
      mail: { smtpUrl: undefined, from: 'bouncer@localhost' },
      mcp: {
        pageSize: 250,
        maxResultBytes: 4_194_304,
        handlerTimeoutMs: 60_000,
        sessionsPerUser: 0,
        sessionMs: 3_600_000,
        stateSecret: undefined,
      },
      trustProxy: undefined,
      tls: undefined,
    });
  });

  it('takes what is set', () => {
    const settings = readSettings({
      PORT: '8443',
      HOST: '::1',
      DATABASE_URL: 'postgresql://bouncer@db/bouncer',
      MIGRATION_DATABASE_URL: 'postgres://owner@db/bouncer',
      DATA_DIR: '/var/lib/bouncer',
      REDIS_URL: 'rediss://cache:6379',
      BOOTSTRAP_ADMIN_EMAIL: 'Ada@Example.com',
      API_KEY_PREFIX: 'mcp_live',
      API_KEY_DEFAULT_TTL_DAYS: '30',
      API_KEY_MAX_TTL_DAYS: '60',
      RATE_LIMIT_FREE: '1',
      RATE_LIMIT_DEVELOPMENT: '2',
      RATE_LIMIT_PAID: '3',
      RATE_LIMIT_BURST: '4',
      TRUST_PROXY: '10.0.0.0/8, 192.0.2.1',
      MIGRATE_ON_START: 'false',
      SMTP_URL: 'smtps://bouncer:secret@mail.example.com:465',
      MAIL_FROM: 'Bouncer <bouncer@example.com>',
    });
    expect(settings).toMatchObject({
      port: 8443,
      host: '::1',
      databaseUrl: 'postgresql://bouncer@db/bouncer',
      migrationDatabaseUrl: 'postgres://owner@db/bouncer',
      dataDir: '/var/lib/bouncer',
      redisUrl: 'rediss://cache:6379',
      bootstrapAdmin: { email: 'ada@example.com' },
      apiKeys: { prefix: 'mcp_live', defaultTtlDays: 30, maxTtlDays: 60 },
      rateLimits: { free: 1, development: 2, paid: 3, burst: 4 },
      trustProxy: ['10.0.0.0/8', '192.0.2.1'],
      migrateOnStart: false,
      mail: {
        smtpUrl: 'smtps://bouncer:secret@mail.example.com:465',
        from: 'Bouncer <bouncer@example.com>',
      },
    });
  });

  it('takes an empty variable as absent', () => {
    const names = `
      NODE_ENV PORT HOST PUBLIC_URL DATABASE_URL MIGRATION_DATABASE_URL DATA_DIR MIGRATE_ON_START REDIS_URL
      BOOTSTRAP_ADMIN_EMAIL BOOTSTRAP_ADMIN_KEY API_KEY_PREFIX API_KEY_DEFAULT_TTL_DAYS
      API_KEY_MAX_TTL_DAYS RATE_LIMIT_FREE RATE_LIMIT_DEVELOPMENT RATE_LIMIT_PAID
      RATE_LIMIT_BURST RATE_LIMIT_FAILED_KEYS TRUST_PROXY ALLOWED_HOSTS ALLOWED_ORIGINS
      TLS_CERT_FILE TLS_KEY_FILE ALLOW_PUBLIC_HTTP SMTP_URL MAIL_FROM`
      .trim()
      .split(/\s+/);
    expect(readSettings(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readSettings({}));
  });

  it('denies agents the accounts, the keys, the trail, the settings and payments unless it is told otherwise', () => {
    const kindsOf = (value?: string) =>
      readSettings({ AGENT_DENIED_RESOURCES: value }).mcp.deniedResources.map(
        ({ kind, id }) => `${kind}:${id}`,
      );
    const defaults = [
      'user:*',
      'api_key:*',
      'session:*',
      'identity:*',
      'audit:*',
      'audit_log:*',
      'settings:*',
      'system:config*',
      'payment:*',
    ];
    expect(kindsOf()).toEqual(defaults);
    expect(kindsOf(' defaults , Invoice:2024-**,user:*')).toEqual([...defaults, 'invoice:2024-*']);
    expect(kindsOf('invoice')).toEqual(['invoice:*']);
    expect(kindsOf('none')).toEqual([]);
  });

  it('lets keys live for ever only where the setting says so', () => {
    expect(readSettings({ API_KEY_DEFAULT_TTL_DAYS: 'never' }).apiKeys.defaultTtlDays).toBeNull();
    expect(wrong({ API_KEY_DEFAULT_TTL_DAYS: 'never', API_KEY_MAX_TTL_DAYS: '30' })).toContain(
      'API_KEY_DEFAULT_TTL_DAYS',
    );
  });

  it('takes as absent what Kubernetes sets for a service called metrics', () => {
    expect(readSettings({ METRICS_PORT: 'tcp://10.0.0.7:9464' }).metrics.port).toBeUndefined();
    expect(wrong({ METRICS_PORT: '/9464' })).toContain('METRICS_PORT');
  });

  it.each([
    ['NODE_ENV', 'staging'],
    ['SECRETS_IN_RESULTS', 'hide'],
    ['AGENT_DENIED_RESOURCES', 'invoice:'],
    ['AGENT_DENIED_RESOURCES', 'invoice:7,*'],
    ['AGENT_DENIED_RESOURCES', 'invoice:7 8'],
    ['AGENT_DENIED_RESOURCES', 'none,.*'],
    ['AGENT_DENIED_RESOURCES', Array.from({ length: 201 }, (_, index) => `invoice:${index}`).join()],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', 'http'],
    ['PUBLIC_URL', 'example.com'],
    ['PUBLIC_URL', 'ftp://example.com'],
    ['DATABASE_URL', 'mysql://db/bouncer'],
    ['MIGRATION_DATABASE_URL', 'mysql://db/bouncer'],
    ['REDIS_URL', 'localhost:6379'],
    ['MIGRATE_ON_START', 'perhaps'],
    ['BOOTSTRAP_ADMIN_EMAIL', 'admin'],
    ['API_KEY_PREFIX', 'MCP'],
    ['API_KEY_PREFIX', 'mcp_'],
    ['API_KEY_PREFIX', 'mcp-live'],
    ['API_KEY_PREFIX', '.*'],
    ['API_KEY_PREFIX', 'a'.repeat(33)],
    ['API_KEY_DEFAULT_TTL_DAYS', '0'],
    ['API_KEY_DEFAULT_TTL_DAYS', 'soon'],
    ['API_KEY_MAX_TTL_DAYS', '0'],
    ['API_KEY_STALE_SECONDS', '3601'],
    ['AUDIT_SEAL_SECONDS', '0'],
    ['AUDIT_CHECKPOINT_WEBHOOK_URL', 'ftp://example.com'],
    ['AUDIT_RETENTION_DAYS', '29'],
    ['AUDIT_RETENTION_DAYS', 'soon'],
    ['RATE_LIMIT_FREE', '0'],
    ['RATE_LIMIT_DEVELOPMENT', '-5'],
    ['RATE_LIMIT_PAID', 'Infinity'],
    ['RATE_LIMIT_BURST', '-1'],
    ['MCP_PAGE_SIZE', '0'],
    ['MCP_MAX_RESULT_BYTES', '1023'],
    ['MCP_HANDLER_TIMEOUT_SECONDS', '0'],
    ['MCP_STATE_SECRET', 'short'],
    ['ALLOW_PUBLIC_HTTP', 'please'],
    ['SMTP_URL', 'mail.example.com'],
    ['SMTP_URL', 'https://mail.example.com'],
    ['MAIL_FROM', 'bouncer'],
    ['MAIL_FROM', 'a@example.com, b@example.com'],
    ['MAIL_FROM', 'Bouncer\n <bouncer@example.com>'],
  ])('refuses %s=%s', (name, value) => {
    expect(wrong({ [name]: value })).toMatch(new RegExp(`^Wrong settings:\n  ${name}: .+`));
  });

  it('refuses a role that migrates without one that serves', () => {
    expect(wrong({ MIGRATION_DATABASE_URL: 'postgres://owner@db/bouncer' })).toContain('\n  DATABASE_URL: ');
  });

  it('names every wrong setting in one error', () => {
    const message = wrong({ PORT: 'x', API_KEY_PREFIX: 'X', RATE_LIMIT_PAID: 'x', REDIS_URL: 'x' });
    expect(message.split('\n')).toEqual([
      'Wrong settings:',
      expect.stringMatching(/^ {2}PORT: /),
      expect.stringMatching(/^ {2}REDIS_URL: /),
      expect.stringMatching(/^ {2}API_KEY_PREFIX: /),
      expect.stringMatching(/^ {2}RATE_LIMIT_PAID: /),
    ]);
  });

  it('names settings that are wrong together, too, when another is wrong by itself', () => {
    const message = wrong({ ...PUBLIC, PORT: 'x', TLS_KEY_FILE: 'key.pem' });
    for (const name of ['PORT', 'TLS_CERT_FILE', 'HOST']) expect(message).toContain(`\n  ${name}: `);
  });

  it('never prints a value', () => {
    const secret = 'hunter2-S3CRET';
    const names = `
      NODE_ENV PORT PUBLIC_URL DATABASE_URL MIGRATION_DATABASE_URL REDIS_URL MIGRATE_ON_START BOOTSTRAP_ADMIN_EMAIL
      API_KEY_PREFIX API_KEY_DEFAULT_TTL_DAYS API_KEY_MAX_TTL_DAYS RATE_LIMIT_FREE
      RATE_LIMIT_BURST ALLOW_PUBLIC_HTTP SMTP_URL MAIL_FROM`
      .trim()
      .split(/\s+/);
    const message = wrong(Object.fromEntries(names.map((name) => [name, secret])));
    for (const name of names) expect(message).toContain(name);
    expect(message).not.toContain(secret);
  });

  it('never prints a value that contradicts another', () => {
    const message = wrong({ ...PUBLIC, TLS_KEY_FILE: '/secret/key.pem', DATABASE_URL: 'postgres://u:pw@db' });
    for (const value of ['/secret/key.pem', '0.0.0.0', 'pw@db']) expect(message).not.toContain(value);
  });
});

describe('TLS', () => {
  it('needs the certificate and the key', () => {
    expect(wrong({ TLS_CERT_FILE: 'cert.pem' })).toContain('\n  TLS_KEY_FILE: ');
    expect(wrong({ TLS_KEY_FILE: 'key.pem' })).toContain('\n  TLS_CERT_FILE: ');
    expect(wrong({ TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: '' })).toContain('\n  TLS_KEY_FILE: ');
    const { tls } = readSettings({ TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' });
    expect(tls).toEqual({ cert: 'cert.pem', key: 'key.pem' });
  });
});

describe('A public address in production', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'bouncer.example.com'])('is refused: %s', (HOST) => {
    expect(wrong({ ...PUBLIC, HOST })).toMatch(/^Wrong settings:\n {2}HOST: .*ALLOW_PUBLIC_HTTP=true$/);
  });

  it.each<[string, Environment]>([
    ['TLS', { TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' }],
    ['a trusted proxy', { TRUST_PROXY: '10.0.0.1' }],
    ['the setting that allows it', { ALLOW_PUBLIC_HTTP: 'true' }],
  ])('is accepted with %s', (_, more) => {
    expect(readSettings({ ...PUBLIC, ...more }).host).toBe('0.0.0.0');
  });

  it.each<[string, Environment]>([
    ['half of TLS', { TLS_CERT_FILE: 'cert.pem' }],
    ['the setting that forbids it', { ALLOW_PUBLIC_HTTP: 'false' }],
    ['a list of proxies that names none', { TRUST_PROXY: ' , ' }],
  ])('is refused with %s', (_, more) => {
    expect(wrong({ ...PUBLIC, ...more })).toContain('Wrong settings:');
  });

  it.each(['127.0.0.1', '::1', 'localhost'])('is not %s', (HOST) => {
    expect(readSettings({ ...PUBLIC, HOST }).host).toBe(HOST);
  });

  it.each<[string, Environment]>([
    ['the address is public', { ALLOW_PUBLIC_HTTP: 'true' }],
    ['a proxy is trusted', { HOST: '127.0.0.1', TRUST_PROXY: 'loopback' }],
  ])('needs PUBLIC_URL where %s', (_, more) => {
    expect(wrong({ ...PUBLIC, PUBLIC_URL: '', ...more })).toContain(
      '\n  PUBLIC_URL: must be set in production',
    );
  });

  it('is accepted outside production', () => {
    expect(readSettings({ HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });
});

describe('Production without DATABASE_URL', () => {
  const message =
    'Wrong settings:\n  DATABASE_URL: must be set in production, or ALLOW_EMBEDDED_DATABASE=true for the embedded PostgreSQL';

  it.each<Environment>([
    {},
    { DATABASE_URL: ' ' },
    { ALLOW_EMBEDDED_DATABASE: 'false' },
    { MIGRATION_DATABASE_URL: 'postgres://owner@db/bouncer' },
  ])('is refused with %o', (env) => {
    expect(wrong({ NODE_ENV: 'production', ...env })).toBe(message);
  });

  it('is accepted where a setting allows the embedded database', () => {
    const env = { NODE_ENV: 'production', ALLOW_EMBEDDED_DATABASE: 'true' };
    expect(readSettings(env).databaseUrl).toBeUndefined();
  });

  it('is accepted outside production', () => {
    expect(readSettings({ NODE_ENV: 'test' }).databaseUrl).toBeUndefined();
  });

  it('is told once where the URL is wrong', () => {
    const lines = wrong({ NODE_ENV: 'production', DATABASE_URL: 'mysql://db' }).split('\n');
    expect(lines).toEqual(['Wrong settings:', '  DATABASE_URL: must be a postgres:// URL']);
  });
});

describe('What replicas share', () => {
  const replicas = { NODE_ENV: 'production', DATABASE_URL: 'postgres://bouncer@db/bouncer' };
  const message = 'must be shared by replicas: set it, or SECRETS_KEY, or COHERENCE=single for one process';

  it('is refused in production where it is not shared, in the one list of mistakes', () => {
    expect(wrong({ ...replicas, PORT: 'x' }).split('\n')).toEqual([
      'Wrong settings:',
      expect.stringContaining('PORT'),
      `  MCP_STATE_SECRET: ${message}`,
      `  AUTH_SECRET: ${message}`,
      `  AUDIT_SEAL_KEY_FILE: ${message}`,
    ]);
    expect(
      wrong({
        ...replicas,
        COHERENCE: 'replicas',
        MCP_STATE_SECRET: 'x'.repeat(32),
        AUTH_SECRET: 'x'.repeat(32),
      }),
    ).toBe(`Wrong settings:\n  AUDIT_SEAL_KEY_FILE: ${message}`);
  });

  it.each<[string, Environment]>([
    [
      'each setting is given',
      {
        MCP_STATE_SECRET: 'x'.repeat(32),
        AUTH_SECRET: 'x'.repeat(32),
        AUDIT_SEAL_KEY_FILE: '/run/secrets/seal-key',
      },
    ],
    ['one key for all is given', { SECRETS_KEY: 'x'.repeat(32) }],
    ['there is one process', { COHERENCE: 'single' }],
    ['it is not production', { NODE_ENV: 'development' }],
  ])('is not refused where %s', (_, env) => {
    expect(readSettings({ ...replicas, ...env }).databaseUrl).toBeDefined();
  });
});

describe('Several workers', () => {
  it('are replicas of each other, also on the embedded PostgreSQL', () => {
    expect(readSettings({ WORKERS: '2' }).coherence.mode).toBe('replicas');
    expect(readSettings({ WORKERS: '1' }).coherence.mode).toBe('single');
  });

  it.each<[string, Environment]>([
    ['WORKERS', { WORKERS: '65' }],
    ['COHERENCE', { WORKERS: '2', COHERENCE: 'single' }],
    ['METRICS_PORT', { WORKERS: '3', METRICS_PORT: '65534' }],
    ['MCP_SESSIONS_PER_USER', { WORKERS: '2', MCP_SESSIONS_PER_USER: '5' }],
  ])('are refused with a %s that does not fit them', (name, env) => {
    expect(wrong(env)).toMatch(new RegExp(`^Wrong settings:\\n  ${name}: must be .+$`));
  });

  it('have a port of metrics each', () => {
    expect(readSettings({ WORKERS: '3', METRICS_PORT: '65533' }).metrics.port).toBe(65_533);
  });
});

describe('Host names and origins', () => {
  it('are those of this machine on a loopback address', () => {
    const local = ['localhost', '127.0.0.1', '[::1]'];
    expect(readSettings({})).toMatchObject({ allowedHosts: local, allowedOrigins: local });
  });

  it('are any host and no web page on a public address', () => {
    expect(readSettings({ HOST: '0.0.0.0' })).toMatchObject({ allowedHosts: undefined, allowedOrigins: [] });
  });

  it('are those that are set', () => {
    const { allowedHosts, allowedOrigins } = readSettings({
      ALLOWED_HOSTS: 'a.example, b.example',
      ALLOWED_ORIGINS: 'c.example',
    });
    expect({ allowedHosts, allowedOrigins }).toEqual({
      allowedHosts: ['a.example', 'b.example'],
      allowedOrigins: ['c.example'],
    });
  });
});

describe('A setting that was renamed', () => {
  const url = 'https://vault.example.com/';

  it('is still read under its former name, which is named for a warning', () => {
    const env = { AUDIT_HEADS_FILE: '/mnt/heads.json', AUDIT_HEAD_WEBHOOK_URL: url };
    expect(readSettings(env).audit.seal).toMatchObject({
      checkpointsFile: '/mnt/heads.json',
      checkpointWebhookUrl: url,
    });
    expect(formerNames(env)).toEqual([
      { formerly: 'AUDIT_HEADS_FILE', name: 'AUDIT_CHECKPOINTS_FILE' },
      { formerly: 'AUDIT_HEAD_WEBHOOK_URL', name: 'AUDIT_CHECKPOINT_WEBHOOK_URL' },
    ]);
  });

  it('is read under its name where both are set', () => {
    const env = { AUDIT_HEADS_FILE: '/mnt/heads.json', AUDIT_CHECKPOINTS_FILE: '/mnt/checkpoints.json' };
    expect(readSettings(env).audit.seal.checkpointsFile).toBe('/mnt/checkpoints.json');
  });

  it('is not warned about where only its name is set', () => {
    expect(formerNames({ AUDIT_CHECKPOINTS_FILE: '/mnt/checkpoints.json', AUDIT_HEADS_FILE: ' ' })).toEqual(
      [],
    );
  });
});
