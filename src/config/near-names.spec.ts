import * as z from 'zod';
import { readSettings, SettingsError } from './settings.js';

function mistakesOf(env: Record<string, string>, settings?: z.ZodObject): string[] {
  try {
    readSettings(env, [], { name: 'acme', version: '1.0.0', settings });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.split('\n').slice(1);
  }
}

describe('A variable that is close to a setting', () => {
  it.each([
    ['DATABASE_URl', 'DATABASE_URL'],
    ['database_url', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABAES_URL', 'DATABASE_URL'],
    ['DATABASEURL', 'DATABASE_URL'],
    ['DATABASE_URL_FIEL', 'DATABASE_URL_FILE'],
    ['MIGRATIONS_DATABASE_URL', 'MIGRATION_DATABASE_URL'],
    ['AUDIT_DURABILTY', 'AUDIT_DURABILITY'],
    ['AUDIT_DURABLITY', 'AUDIT_DURABILITY'],
    ['ALLOWED_HOST', 'ALLOWED_HOSTS'],
    ['RATE_LIMIT_PIAD', 'RATE_LIMIT_PAID'],
    ['RATE_LIMITS_FREE', 'RATE_LIMIT_FREE'],
    ['NODE_EVN', 'NODE_ENV'],
    ['REDIS_URI', 'REDIS_URL'],
    ['host', 'HOST'],
    ['HOTS', 'HOST'],
    ['PROT', 'PORT'],
    ['PORTT', 'PORT'],
  ])('is refused with the near name: %s', (name, near) => {
    expect(mistakesOf({ [name]: 'a-secret-value' })).toEqual([
      `  ${name}: is not a setting; did you mean ${near}?`,
    ]);
  });

  it.each([
    [
      'of the system',
      'PATH HOME HOSTNAME HOSTTYPE USER SHELL LANG LC_ALL TERM PWD OLDPWD SHLVL _ TZ TMPDIR MAIL',
    ],
    [
      'of Node',
      'NODE_OPTIONS NODE_PATH NODE_VERSION NODE_EXTRA_CA_CERTS NODE_DEBUG NODE_V8_COVERAGE YARN_VERSION',
    ],
    [
      'of npm',
      'npm_lifecycle_event npm_config_cache npm_config_node_gyp npm_package_name npm_command INIT_CWD',
    ],
    [
      'of proxies and TLS',
      'HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy SSL_CERT_FILE SSL_CERT_DIR SSL_KEY_FILE',
    ],
    ['of PostgreSQL', 'PGHOST PGPORT PGUSER PGDATABASE PGDATA POSTGRES_URL POSTGRES_PASSWORD DATABASE_HOST'],
    ['of Redis', 'REDIS_HOST REDIS_PASSWORD REDIS_TLS_URL REDISCLI_AUTH'],
    ['with a short name', 'HOSTS PORTS POST SORT GHOST VHOST SPORT RPORT BOOST COST'],
    [
      'of other programs',
      'HTTP_URL FTP_URL SFTP_URL BASE_URL PUBLIC_KEY SMTP_HOST SMTP_PORT SMTP_USER DATA XDG_DATA_DIRS',
    ],
    [
      'of clouds',
      'AWS_REGION AWS_SECRET_ACCESS_KEY DYNO KUBERNETES_SERVICE_HOST KUBERNETES_PORT WEBSITES_PORT',
    ],
  ])('is not one %s', (_, names) => {
    expect(mistakesOf(Object.fromEntries(names.split(' ').map((name) => [name, 'x'])))).toEqual([]);
  });

  it.each([
    ['REDIS_PORT', 'tcp://10.0.0.7:6379'],
    ['REDIS_PORT', '6379'],
    ['REDIS_PORT_6379_TCP', 'tcp://10.0.0.7:6379'],
    ['REDIS_PORT_6379_TCP_ADDR', '10.0.0.7'],
    ['REDIS_SERVICE_HOST', '10.0.0.7'],
    ['BOUNCER_SERVICE_HOST', '10.0.0.7'],
    ['BOUNCER_SERVICE_PORT_HTTP', '3000'],
    ['BOUNCER_PORT_3000_TCP_PROTO', 'tcp'],
    ['DATABASE_PORT', 'tcp://10.0.0.8:5432'],
    ['DATABASE_NAME', '/bouncer/database'],
    ['DATABASE_ENV_PG_VERSION', '18'],
    ['HOST_PORT', 'tcp://10.0.0.8:80'],
  ])('is not one that an orchestrator sets: %s=%s', (name, value) => {
    expect(mistakesOf({ [name]: value })).toEqual([]);
  });

  it("is not one of the project's own settings, or a former name of ours", () => {
    const settings = z.object({ SMTP_URLS: z.string().optional(), PORTA: z.string().optional() });
    expect(mistakesOf({ SMTP_URLS: 'x', PORTA: 'x', SMTP_URLS_FILE: '' }, settings)).toEqual([]);
    expect(mistakesOf({ AUDIT_HEADS_FILE: '/mnt/heads.json' })).toEqual([]);
    expect(mistakesOf({ SMTP_URLS: 'x', PORTA: 'x' })).toHaveLength(2);
  });

  it('is not one that is empty', () => {
    expect(mistakesOf({ DATABASE_URl: ' ' })).toEqual([]);
  });
});
