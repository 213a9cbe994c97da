import type { Server } from 'node:net';
import type { Settings } from './settings.js';

/**
 * Where clients reach the service, without a slash at the end: PUBLIC_URL, else the address it listens on. What a
 * request says of its host is never asked: anybody can write a Host header.
 */
export function serviceUrl(
  { publicUrl, host, tls }: Pick<Settings, 'publicUrl' | 'host' | 'tls'>,
  server: Pick<Server, 'address'>,
): string {
  if (publicUrl) return publicUrl.replace(/\/+$/, '');
  const { port } = server.address() as { port: number };
  const name = host.includes(':') ? `[${host}]` : host;
  return `${tls ? 'https' : 'http'}://${name === '0.0.0.0' || name === '[::]' ? 'localhost' : name}:${port}`;
}
