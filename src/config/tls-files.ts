import { createSecureContext } from 'node:tls';
import type { Environment, SettingIssue } from './environment.js';
import { readSmallFile } from './read-small-file.js';

/** No chain of certificates is longer. */
const MAX_BYTES = 1024 * 1024;

type TlsFiles = Partial<Pick<Environment, 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>>;
type Pem = { ok: true; pem: Buffer } | { ok: false; issue: SettingIssue };

/** What is wrong with the files of the certificate and its key; nothing where TLS is not set up. */
export function tlsFileIssues({ TLS_CERT_FILE, TLS_KEY_FILE }: TlsFiles): SettingIssue[] {
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) return [];
  const cert = pemFile('TLS_CERT_FILE', TLS_CERT_FILE);
  const key = pemFile('TLS_KEY_FILE', TLS_KEY_FILE);
  if (!cert.ok || !key.ok) return [cert, key].flatMap((file) => (file.ok ? [] : [file.issue]));
  return [
    ...unusable('TLS_CERT_FILE', 'is no certificate in PEM', { cert: cert.pem }),
    ...unusable('TLS_KEY_FILE', 'is no private key in PEM, or not that of TLS_CERT_FILE', {
      cert: cert.pem,
      key: key.pem,
    }),
  ].slice(0, 1);
}

function pemFile(name: string, path: string): Pem {
  const file = readSmallFile(path, MAX_BYTES);
  return file.ok ? { ok: true, pem: file.bytes } : { ok: false, issue: { name, message: file.message } };
}

function unusable(name: string, message: string, files: { cert: Buffer; key?: Buffer }): SettingIssue[] {
  try {
    createSecureContext(files);
    return [];
  } catch {
    return [{ name, message }];
  }
}
