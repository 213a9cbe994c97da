import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tlsFileIssues } from './tls-files.js';

describe('tlsFileIssues', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);

  const makePair = (name: string) =>
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'].concat(
        ['-subj', '/CN=localhost', '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)],
      ),
      { stdio: 'ignore' },
    );

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bouncer-tls-'));
    makePair('one');
    makePair('other');
    writeFileSync(file('nonsense'), 'no PEM');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const issues = (cert: string, key: string) =>
    tlsFileIssues({ TLS_CERT_FILE: file(cert), TLS_KEY_FILE: file(key) });

  it('finds nothing wrong with a certificate and its key, or without TLS', () => {
    expect(issues('one.crt', 'one.key')).toEqual([]);
    expect(tlsFileIssues({})).toEqual([]);
  });

  it('names each file that cannot be read', () => {
    expect(issues('missing.crt', 'missing.key')).toEqual([
      { name: 'TLS_CERT_FILE', message: 'cannot be read (ENOENT)' },
      { name: 'TLS_KEY_FILE', message: 'cannot be read (ENOENT)' },
    ]);
    expect(issues('.', 'one.key')).toMatchObject([{ name: 'TLS_CERT_FILE' }]);
  });

  it('names the file that is of no use', () => {
    expect(issues('nonsense', 'one.key')).toMatchObject([{ name: 'TLS_CERT_FILE' }]);
    expect(issues('one.crt', 'nonsense')).toMatchObject([{ name: 'TLS_KEY_FILE' }]);
    expect(issues('one.crt', 'other.key')).toMatchObject([{ name: 'TLS_KEY_FILE' }]);
  });
});
