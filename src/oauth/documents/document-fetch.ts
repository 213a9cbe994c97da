import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import type { DocumentNetwork } from './document-network.js';

const ANSWER_MS = 5_000;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/** A document could not be read for now. */
export class DocumentUnavailable extends Error {}

/** A document is none, or says what the service does not take. */
export class DocumentRefused extends Error {}

/** A document as its server gave it. */
export interface FetchedDocument {
  text: string;
  contentType: string;
  /** How long the server says that it may be kept (RFC 9111), where it says so. */
  maxAgeSeconds: number | undefined;
}

/**
 * Reads a JSON document of somebody else over HTTPS. No redirect is followed. Which address is reached is checked when the connection
 * is made, and that same address is used, so that no name leads into a private network (DNS rebinding).
 * @throws DocumentUnavailable, DocumentRefused
 */
export async function fetchDocument(
  url: URL,
  network: DocumentNetwork,
  maxBytes: number,
): Promise<FetchedDocument> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:' || (isIP(host) !== 0 && !network.mayReach(host)))
    throw new DocumentRefused('its address may not be reached');
  try {
    const answer = await answerOf(url, network);
    const { statusCode: status = 0, headers } = answer;
    if (status !== 200) {
      answer.destroy();
      const Refusal = status >= 500 || status === 429 ? DocumentUnavailable : DocumentRefused;
      throw new Refusal(`its server answered with the status ${status}`);
    }
    const contentType = headers['content-type'] ?? '';
    if (!JSON_TYPE.test(contentType) || (headers['content-encoding'] ?? 'identity') !== 'identity') {
      answer.destroy();
      throw new DocumentRefused('it is not sent as JSON');
    }
    return {
      text: await boundedText(answer, maxBytes),
      contentType,
      maxAgeSeconds: maxAgeIn(headers['cache-control']),
    };
  } catch (error) {
    if (error instanceof DocumentRefused || error instanceof DocumentUnavailable) throw error;
    throw new DocumentUnavailable('its server could not be asked', { cause: error });
  }
}

const answerOf = (url: URL, network: DocumentNetwork): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(url, {
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'bouncer' },
      agent: false,
      lookup: checkedLookup(network),
      ...(network.certificates !== undefined && { ca: network.certificates }),
      signal: AbortSignal.timeout(ANSWER_MS),
    })
      .once('response', resolve)
      .once('error', reject)
      .end();
  });

const checkedLookup =
  (network: DocumentNetwork): LookupFunction =>
  (hostname, { all }, done) => {
    const look = async () => {
      const found = await network.addressesOf(hostname);
      const [address] = found;
      // One private address among public ones is a trick already.
      if (address === undefined || !found.every((one) => network.mayReach(one)))
        throw new DocumentRefused('its address may not be reached');
      return { address, family: isIP(address) };
    };
    callbackify(look)((error, found) => {
      if (error) done(error, '');
      else if (all) done(null, [found]);
      else done(null, found.address, found.family);
    });
  };

async function boundedText(answer: IncomingMessage, maxBytes: number): Promise<string> {
  let size = 0;
  answer.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) answer.destroy(new DocumentRefused(`it is longer than ${maxBytes} bytes`));
  });
  return text(answer);
}

function maxAgeIn(cacheControl: string | undefined): number | undefined {
  if (cacheControl === undefined) return undefined;
  if (/\bno-(?:store|cache)\b/i.test(cacheControl)) return 0;
  const [, seconds] = /\bmax-age="?(\d{1,9})/i.exec(cacheControl) ?? [];
  return seconds === undefined ? undefined : Number(seconds);
}
