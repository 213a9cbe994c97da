import { isLoopback } from '../config/environment.js';

/** A note for clients that connect from the servers of their vendor. */
export function reachabilityNote(vendor: string, endpoint: string): string {
  const { protocol, hostname } = new URL(endpoint);
  const isPublic = protocol === 'https:' && !isLoopback(hostname.replace(/^\[|\]$/g, ''));
  return isPublic
    ? `${vendor} connects from its own servers, so they must reach this address: not one behind a VPN, or in a private network.`
    : `${vendor} connects from its own servers, which do not reach this address: it needs one of the public network, with https (\`PUBLIC_URL\`).`;
}
