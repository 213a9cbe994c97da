import type { ReadableStreamDefaultReader, ReadableStreamReadResult } from 'node:stream/web';
import { errorBody } from '../protocol/json-rpc.js';
import { isObject, requestIdOf } from '../protocol/request-body.js';
import type { CallRefusal } from '../call/mcp-dispatcher.js';

/**
 * Gives a call that its own guard refused the status of the refusal, if nothing was sent before. The SDK's answer is
 * held back until its first chunk is there. In a batch each refused call has only its error.
 */
export async function withRefusal(
  answer: Response,
  body: unknown,
  refusalOf: () => CallRefusal | undefined,
): Promise<Response> {
  if (!isObject(body) || !answer.body) return answer;
  const reader = answer.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const first = await reader.read();
  const refusal = refusalOf();
  if (refusal) {
    await reader.cancel();
    const { error, status, headers } = refusal;
    return Response.json(errorBody(requestIdOf({ ok: true, value: body }), error), { status, headers });
  }
  return new Response(joined(first, reader), { status: answer.status, headers: answer.headers });
}

function joined(
  first: ReadableStreamReadResult<Uint8Array>,
  rest: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  let next: Promise<ReadableStreamReadResult<Uint8Array>> | undefined = Promise.resolve(first);
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await (next ?? rest.read());
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => rest.cancel(reason),
  });
}
