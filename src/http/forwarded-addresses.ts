import type { IncomingMessage, RequestListener } from 'node:http';
import { isIP } from 'node:net';

const HEADER = 'x-forwarded-for';
/**
 * Matches `[2001:db8::1]:443`, `[2001:db8::1]` and `192.0.2.1:443`, because some proxies add the port of the
 * connection.
 */
const WITH_PORT = /^(?:\[([\da-f:.]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/i;

/** Returns the address in an entry of `X-Forwarded-For`, without a port. */
function addressIn(entry: string): string | undefined {
  const text = entry.trim();
  if (isIP(text) !== 0) return text;
  const [, v6, v4] = WITH_PORT.exec(text) ?? [];
  const address = v6 ?? v4;
  return address !== undefined && isIP(address) !== 0 ? address : undefined;
}

/**
 * Returns the addresses in `X-Forwarded-For`, read from the nearest proxy on, up to the first entry that is not an
 * address. The proxy that wrote such an entry did not say where the request came from, so the request counts as the
 * proxy's own.
 */
export function forwardedAddresses(header: string): string[] {
  const addresses: string[] = [];
  for (const entry of header.split(',').toReversed()) {
    const address = addressIn(entry);
    if (address === undefined) break;
    addresses.unshift(address);
  }
  return addresses;
}

/**
 * Keeps only addresses in the header from which Fastify derives `request.ip`. Limits, allow lists and audit rows rely
 * on it.
 */
export function withForwardedAddresses(handler: RequestListener): RequestListener {
  return (request, response) => {
    normalize(request);
    handler(request, response);
  };
}

function normalize({ headers }: IncomingMessage): void {
  const given = headers[HEADER];
  if (given === undefined) return;
  const addresses = forwardedAddresses(String(given));
  if (addresses.length > 0) headers[HEADER] = addresses.join(', ');
  else delete headers[HEADER];
}
