import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { errorBody, toJsonRpcError } from '../mcp/protocol/json-rpc.js';
import { isMcpRequest, knownMcpBody, requestIdOf } from '../mcp/protocol/request-body.js';
import type { OutputLedger } from './output-ledger.js';
import { problemOf } from './problem.js';

/** What is shorter goes into the send buffer of the system at once: nothing of it stays in this process. */
const SMALL = 64 * 1024;

type Request = FastifyRequest & { user?: Caller };

/** Notes what is sent to callers, but what is small. What is sent without a key is the same few buffers for everybody. */
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

/** The answer as bytes, since a text would be copied with room for its longest encoding; or what is said in its place. */
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
