import { validateHostHeader, validateOriginHeader } from '@modelcontextprotocol/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import type { KeylessLimiter } from '../rate-limit/keyless.limiter.js';
import type { KnownMethods } from './known-methods.js';
import { sendProblem } from './problem.js';
import { toServiceError } from './to-service-error.js';

/** How many allowed `Host`s are known by their text: each may come with any port. */
const MOST_HOSTS = 100;

/** On every answer. */
function addStandardHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'X-Request-Id': request.id,
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  });
}

/** Answers what the router cannot even read, such as a path with broken percent-encoding: no hook runs for it. */
export function answerUnroutable(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  addStandardHeaders(request, reply);
  sendProblem(reply, toServiceError(error), request.id);
}

export interface GateHelpers {
  keyless: KeylessLimiter;
  methods: KnownMethods;
}

/**
 * What every request meets first, while nothing but its headers is read. A web page must not reach a service on its
 * visitor's machine or network through the visitor's browser (DNS rebinding): the Host and the Origin must be known ones
 * (MCP, transports, security). Then those without a key are counted, and a method that a path does not have is refused.
 */
export function addGate(
  fastify: FastifyInstance,
  { allowedHosts, allowedOrigins }: Settings,
  { keyless, methods }: GateHelpers,
): void {
  /** Those that were let in: a client sends the same one with each request. */
  const hosts = new Set<string>();
  const isServed = (host: string | undefined, allowed: string[]): boolean => {
    if (host === undefined) return false;
    if (hosts.has(host)) return true;
    const { ok } = validateHostHeader(host, allowed);
    if (ok) {
      if (hosts.size === MOST_HOSTS) hosts.clear();
      hosts.add(host);
    }
    return ok;
  };
  const refusalOf = (request: FastifyRequest): ServiceError | undefined => {
    const { host, origin } = request.headers;
    // Of several, one would be judged here and another by whatever stands in front.
    if (hasSeveralHosts(request.raw.rawHeaders))
      return new ServiceError('bad_request', 'A request has one Host header');
    if (allowedHosts && !isServed(host, allowedHosts))
      return refused('host_not_allowed', 'This Host is not served here; see the setting ALLOWED_HOSTS');
    // An empty one is no origin, yet no client that sends one means none.
    if (origin !== undefined && (origin === '' || !validateOriginHeader(origin, allowedOrigins).ok))
      return refused('origin_not_allowed', 'This Origin may not call; see the setting ALLOWED_ORIGINS');
    // Where there is no route, no guard looks at the key: whatever is in its header stands for nobody.
    const isFromNobody = request.is404 || keyless.isKeyless(request);
    return (
      (isFromNobody ? keyless.count(request) : undefined) ??
      (request.is404 ? methods.methodRefusal(request) : undefined)
    );
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    addStandardHeaders(request, reply);
    done(refusalOf(request));
  });
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
