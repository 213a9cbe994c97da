import { parseJsonEventStream, readUIMessageStream, type UIMessageChunk, uiMessageChunkSchema } from 'ai';
import type { AssistantMessage } from '../../src/assistant/response/ui-message-stream.js';
import type { TestService } from './test-service.js';

export const ASK = '/api/assistant/ask';

/** Asks over REST and returns the response as soon as its headers are there. */
export const askStream = (
  service: TestService,
  key: string,
  body: object,
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(service.url + ASK, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

/** Reads a response as a page of the AI SDK does, and checks each chunk by the SDK's own schema. */
export async function readMessage(
  response: Response,
  onChunk: (chunk: UIMessageChunk) => void = () => {},
): Promise<AssistantMessage> {
  const chunks = parseJsonEventStream({ stream: response.body!, schema: uiMessageChunkSchema }).pipeThrough(
    new TransformStream({
      transform(parsed, controller) {
        if (!parsed.success) throw parsed.error;
        onChunk(parsed.value);
        controller.enqueue(parsed.value);
      },
    }),
  );
  let message: AssistantMessage | undefined;
  for await (const state of readUIMessageStream<AssistantMessage>({ stream: chunks as never }))
    message = state;
  return message!;
}

/** The text of a message. */
export const textOf = ({ parts }: AssistantMessage): string =>
  parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
