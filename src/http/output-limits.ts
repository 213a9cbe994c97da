import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { errorBody, toJsonRpcError } from '../mcp/protocol/json-rpc.js';
import { isMcpRequest, knownMcpBody, requestIdOf } from '../mcp/protocol/request-body.js';
import type { OutputLedger } from './output-ledger.js';
import { problemOf } from './problem.js';

/** Smaller answers fit into the operating system's send buffer, so they do not stay in this process. */
const SMALL = 64 * 1024;

type Request = FastifyRequest & { user?: Caller };

/**
 * Tracks large answers to callers. Answers without a key are the same few buffers for everybody, so they are not
 * tracked.
 */
export function addOutputLimits(fastify: FastifyInstance, ledger: OutputLedger): void {
  fastify.addHook('onSend', (request: Request, reply, payload, done) => {
    const { user } = request;
    if (user === undefined || payload === null || payload === undefined) return done(null, payload);
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) {
      if (payload.length < SMALL) return done(null, payload);
      return done(null, wholeAnswer(payload, user, request, reply, ledger));
    }
    if (isReadable(payload)) ledger.addStream(user.userId, reply.raw, payload);
    done(null, payload);
  });
}

/**
 * Returns the answer as bytes, because a string would be copied into a buffer for its longest encoding, or the error
 * that is sent in its place.
 */
function wholeAnswer(
  payload: string | Buffer,
  { userId }: Caller,
  request: Request,
  reply: FastifyReply,
  ledger: OutputLedger,
): string | Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const refusal = ledger.addWhole(userId, reply.raw, bytes.length);
  if (!refusal) return bytes;
  reply.code(refusal.status).headers(refusal.options.headers ?? {});
  reply.removeHeader('content-length').removeHeader('content-disposition');
  if (!isMcpRequest(request)) {
    reply.type('application/problem+json');
    return JSON.stringify(problemOf(refusal, request.id));
  }
  reply.type('application/json');
  return JSON.stringify(errorBody(requestIdOf(knownMcpBody(request)), toJsonRpcError(refusal, request.id)));
}

const isReadable = (payload: unknown): payload is Readable =>
  typeof (payload as { pipe?: unknown }).pipe === 'function';
