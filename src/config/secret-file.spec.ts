import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { VARIABLE_GROUPS } from './environment.js';
import { fileNameOf } from './secret-file.js';
import { readSettings } from './settings.js';
import { descriptionOf } from './variable.js';

const URL = 'postgres://bouncer:hunter2-S3CRET@db/bouncer';

describe('A secret setting', () => {
  let folder: string;
  const file = (content: string, name = 'secret') => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const pipe = () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    return path;
  };
  const wrong = (env: Record<string, string>): string => {
    try {
      readSettings(env);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('the settings were accepted');
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bouncer-secret-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is each one that names a password, a key or a secret', () => {
    const secrets = VARIABLE_GROUPS.flatMap(({ variables }) => Object.entries(variables))
      .filter(([, schema]) => descriptionOf(schema).secret)
      .map(([name]) => name);
    expect(secrets).toEqual(
      expect.arrayContaining([
        'DATABASE_URL',
        'MIGRATION_DATABASE_URL',
        'REDIS_URL',
        'BOOTSTRAP_ADMIN_KEY',
        'AUDIT_WEBHOOK_SECRET',
        'MCP_STATE_SECRET',
        'MCP_STDIO_KEY',
        'ASSISTANT_API_KEY',
        'SMTP_URL',
      ]),
    );
  });

  it.each([
    ['', URL],
    ['a newline', `${URL}\n`],
    ['the newline of Windows', `${URL}\r\n`],
  ])('is read from the file that is named, which ends with %s', (_, content) => {
    expect(readSettings({ DATABASE_URL_FILE: file(content) }).databaseUrl).toBe(URL);
  });

  it('keeps every newline but the last', () => {
    const secret = `${'a'.repeat(40)}\n\n`;
    expect(readSettings({ MCP_STATE_SECRET_FILE: file(secret) }).mcp.stateSecret).toBe(secret.slice(0, -1));
  });

  it('is taken from its variable where the other one is empty', () => {
    expect(readSettings({ DATABASE_URL: URL, DATABASE_URL_FILE: ' ' }).databaseUrl).toBe(URL);
    expect(readSettings({ DATABASE_URL: '', DATABASE_URL_FILE: file(URL) }).databaseUrl).toBe(URL);
  });

  it('is refused where both are set', () => {
    expect(wrong({ DATABASE_URL: URL, DATABASE_URL_FILE: file(URL) })).toBe(
      'Wrong settings:\n  DATABASE_URL_FILE: must not be set together with DATABASE_URL',
    );
  });

  it.each<[string, () => string, string]>([
    ['is missing', () => join(folder, 'missing'), 'cannot be read (ENOENT)'],
    ['is a folder', () => folder, 'cannot be read (EISDIR)'],
    ['is a pipe that nobody writes to', () => pipe(), 'is no regular file'],
    ['is a device without an end', () => '/dev/zero', 'is no regular file'],
    ['is empty', () => file(''), 'is an empty file'],
    ['holds a newline only', () => file('\n'), 'is an empty file'],
    ['is too large', () => file('x'.repeat(65_537)), 'has more than 65536 bytes'],
    ['holds a wrong value', () => file('mysql://hunter2-S3CRET@db'), 'must be a postgres:// URL'],
  ])('is refused without its value where the file %s', (_, path, message) => {
    expect(wrong({ DATABASE_URL_FILE: path() })).toBe(`Wrong settings:\n  DATABASE_URL_FILE: ${message}`);
  });

  it('is told with every other mistake', () => {
    const message = wrong({ PORT: 'x', SMTP_URL_FILE: '/missing/a', REDIS_URL_FILE: '/missing/b' });
    for (const name of ['PORT', 'SMTP_URL_FILE', 'REDIS_URL_FILE'])
      expect(message).toContain(`\n  ${name}: `);
    expect(message).not.toContain('/missing');
  });

  it('is each of a project, too, unless the project has a setting of that name', () => {
    const settings = z.object({
      INVOICE_TOKEN: z.string().min(8, 'is too short'),
      INVOICE_LOGO: z.string().optional(),
      INVOICE_LOGO_FILE: z.string().optional(),
    });
    const config = { name: 'acme', version: '1.0.0', settings };
    const env = { INVOICE_TOKEN_FILE: file('a-long-token\n'), INVOICE_LOGO_FILE: 'logo.png' };
    expect(readSettings(env, [], config).project).toEqual({
      INVOICE_TOKEN: 'a-long-token',
      INVOICE_LOGO_FILE: 'logo.png',
    });
    expect(() => readSettings({ INVOICE_TOKEN_FILE: file('short', 'other') }, [], config)).toThrow(
      'Wrong settings:\n  INVOICE_TOKEN_FILE: is too short',
    );
    expect(() => readSettings({ INVOICE_TOKEN_FILE: join(folder, 'missing') }, [], config)).toThrow(
      'Wrong settings:\n  INVOICE_TOKEN_FILE: cannot be read (ENOENT)',
    );
  });

  it('is not read from a file where it is no secret', () => {
    expect(fileNameOf('PORT')).toBe('PORT_FILE');
    expect(readSettings({ PORT_FILE: file('8080') }).port).toBe(3000);
  });
});
