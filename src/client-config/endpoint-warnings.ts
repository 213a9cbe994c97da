import { isLoopback } from '../config/environment.js';
import type { Settings } from '../config/settings.js';

/** Warnings about an address that clients on other machines would use. */
export function endpointWarnings(
  endpoint: string,
  { publicUrl, host, trustProxy }: Pick<Settings, 'publicUrl' | 'host' | 'trustProxy'>,
): string[] {
  const { protocol, hostname } = new URL(endpoint);
  const unknown = publicUrl === undefined && (trustProxy !== undefined || !isLoopback(host));
  const open = protocol === 'http:' && !isLoopback(hostname.replace(/^\[|\]$/g, ''));
  return [
    ...(unknown
      ? ['The service does not know under which address clients reach it: PUBLIC_URL is not set.']
      : []),
    ...(open ? ['This address is http: keys and tokens cross the network unencrypted.'] : []),
  ];
}
