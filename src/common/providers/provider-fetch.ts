import { lookup, type LookupAddress } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import { mayReach } from './provider-addresses.js';

const ANSWER_MS = 5_000;
const MAX_BYTES = 512 * 1024;

/** A provider could not be asked, or answered what it must not. */
export class ProviderUnavailable extends Error {}

export interface ProviderRequest {
  /** A form to post; without one, the URL is read. */
  form?: URLSearchParams;
  authorization?: string;
}

/**
 * Asks a provider for JSON. No redirect is followed, and the address is checked when the connection is made, so that no name
 * leads to what only this machine reaches.
 * @param issuer what an administrator configured: it decides which addresses may be reached
 * @throws ProviderUnavailable
 */
export async function askProvider(
  url: string,
  issuer: string,
  { form, authorization }: ProviderRequest = {},
): Promise<Record<string, unknown>> {
  const target = urlOf(url, issuer);
  const body = form?.toString();
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = target.protocol === 'https:' ? requestHttps : requestHttp;
      const sent = send(target, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          'user-agent': 'bouncer',
          ...(authorization !== undefined && { authorization }),
          ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        agent: false,
        lookup: checkedLookup(target, issuer),
        signal,
      });
      sent.once('response', resolve).once('error', reject);
      sent.end(body);
    });
    const parsed: unknown = JSON.parse(await boundedText(answer));
    if (answer.statusCode !== 200) throw new ProviderUnavailable(`status ${answer.statusCode}`);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw new ProviderUnavailable('no object');
    return parsed as Record<string, unknown>;
  } catch (error) {
    if (error instanceof ProviderUnavailable)
      throw new ProviderUnavailable(`${target.origin}${target.pathname}: ${error.message}`);
    throw new ProviderUnavailable(`${target.origin}${target.pathname} could not be asked`, { cause: error });
  }
}

function urlOf(url: string, issuer: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (!target || target.username !== '' || target.password !== '')
    throw new ProviderUnavailable('The provider names an address that is none');
  const isPlain = target.protocol === 'http:' && new URL(issuer).protocol === 'http:';
  if (target.protocol !== 'https:' && !isPlain)
    throw new ProviderUnavailable(`${target.origin} is not HTTPS`);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !mayReach(host, target, issuer))
    throw new ProviderUnavailable(`${target.origin} may not be reached`);
  return target;
}

const checkedLookup =
  (target: URL, issuer: string): LookupFunction =>
  (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error) return done(error, '');
      const allowed = found.filter(({ address }) => mayReach(address, target, issuer));
      if (allowed.length === 0)
        return done(new ProviderUnavailable(`${target.origin} may not be reached`), '');
      if (options.all) return done(null, allowed);
      done(null, allowed[0]!.address, allowed[0]!.family);
    });
  };

async function boundedText(answer: IncomingMessage): Promise<string> {
  let size = 0;
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_BYTES) answer.destroy(new ProviderUnavailable('the answer is too long'));
  });
  return text(answer);
}
