import { validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { takesAnyOrigin } from '../access/any-origin.js';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import type { KeylessLimiter } from '../rate-limit/keyless.limiter.js';
import type { KnownMethods } from './known-methods.js';
import { sendProblem } from './problem.js';
import { standardHeaders } from './standard-headers.js';
import { toServiceError } from './to-service-error.js';

/** Bounds the cache of accepted `Host` values. An allowed host may be sent with any port. */
const MAX_CACHED_HOSTS = 100;

/**
 * Returns what answers a request that the router cannot parse, such as a path with broken percent-encoding. No hook runs for it.
 */
export function unroutableAnswer(settings: Settings) {
  const addStandardHeaders = standardHeaders(settings);
  return (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    addStandardHeaders(request, reply);
    sendProblem(reply, toServiceError(error), request.id);
  };
}

export interface GateHelpers {
  keyless: KeylessLimiter;
  methods: KnownMethods;
}

/**
 * Checks every request before more than its headers is read. A web page must not reach a service on its visitor's
 * machine or network through the browser (DNS rebinding), so Host and Origin must be allowed ones (MCP, transports,
 * security). Then requests without a key are counted, and a method that the path does not have is refused.
 */
export function addGate(
  fastify: FastifyInstance,
  settings: Settings,
  { keyless, methods }: GateHelpers,
): void {
  const { allowedHosts, allowedOrigins } = settings;
  const addStandardHeaders = standardHeaders(settings);
  /** Caches the accepted values, because a client sends the same one with each request. */
  const hosts = new Set<string>();
  const isServed = (host: string | undefined, allowed: string[]): boolean => {
    if (host === undefined) return false;
    if (hosts.has(host)) return true;
    const { ok } = validateHostHeader(host, allowed);
    if (ok) {
      if (hosts.size === MAX_CACHED_HOSTS) hosts.clear();
      hosts.add(host);
    }
    return ok;
  };
  const refusalOf = (
    request: FastifyRequest,
  ): ServiceError | undefined | Promise<ServiceError | undefined> => {
    const { host, origin } = request.headers;
    // With several Host headers, this check and a proxy in front could each use another one.
    if (hasSeveralHosts(request.raw.rawHeaders))
      return new ServiceError('bad_request', 'A request has one Host header');
    // A probe addresses the process by its IP address. What it reads says nothing that a web page could misuse.
    if (allowedHosts && !isServed(host, allowedHosts) && !isHealthPath(request.url))
      return refused('host_not_allowed', 'This Host is not served here; see the setting ALLOWED_HOSTS');
    // No browser sends an empty Origin, so it is refused instead of being treated as absent.
    const isForeign =
      origin !== undefined && (origin === '' || !validateOriginHeader(origin, allowedOrigins).ok);
    if (isForeign && !takesAnyOrigin(request))
      return refused('origin_not_allowed', 'This Origin may not call; see the setting ALLOWED_ORIGINS');
    // Without a route no guard checks the key, so the request counts as one without a key.
    if (!request.is404) return keyless.isKeyless(request) ? keyless.count(request) : undefined;
    const limited = keyless.count(request);
    return limited instanceof Promise
      ? limited.then((known) => known ?? methods.methodRefusal(request))
      : (limited ?? methods.methodRefusal(request));
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    addStandardHeaders(request, reply);
    const refusal = refusalOf(request);
    if (refusal instanceof Promise) void passOn(refusal, done);
    else done(refusal);
  });
}

/** The count of requests without a key is awaited only where it is in Redis. */
async function passOn(
  refusal: Promise<ServiceError | undefined>,
  done: (error?: Error) => void,
): Promise<void> {
  done(await refusal);
}

const refused = (code: 'host_not_allowed' | 'origin_not_allowed', message: string) =>
  new ServiceError(code, message);

function hasSeveralHosts(rawHeaders: string[]): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1;
}

const isHealthPath = (url: string): boolean => /^\/health(?:[/?]|$)/.test(url);
