import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';

/** Headers that belong to the connection, or that the reply makes itself. */
const OWN = new Set(['content-length', 'set-cookie', 'connection', 'transfer-encoding']);

/**
 * Sends what the library answered. Its errors become problem details with its code in lower case, and those of OAuth stay
 * as their standard has them.
 */
export async function sendAnswer(reply: FastifyReply, answer: Response, requestId: string): Promise<void> {
  reply.code(answer.status);
  for (const [name, value] of answer.headers) if (!OWN.has(name)) reply.header(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) reply.header('set-cookie', cookies);
  const text = await answer.text();
  const problem = answer.status >= 400 ? problemIn(text, answer.status, requestId) : undefined;
  if (problem) await reply.type('application/problem+json').send(JSON.stringify(problem));
  else await reply.send(text);
}

function problemIn(text: string, status: number, requestId: string): object | undefined {
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    // A path that is closed is answered by a text.
    body = {};
  }
  if (typeof body !== 'object' || body === null || 'error' in body) return undefined;
  const { code, message, retryAfterSeconds } = body as Record<string, unknown>;
  return {
    ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: typeof message === 'string' ? message : (STATUS_CODES[status] ?? 'Refused'),
    code: typeof code === 'string' ? code.toLowerCase() : codeOf(status),
    requestId,
  };
}

const codeOf = (status: number): string =>
  status === 404 ? 'not_found' : status >= 500 ? 'internal_error' : 'bad_request';
