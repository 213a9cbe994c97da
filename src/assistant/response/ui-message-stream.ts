import type { UIMessage, UIMessageChunk } from 'ai';
import { newId } from '../../common/new-id.js';
import type { Answer, AnswerEnd } from '../answer/answer-writer.js';
import type { AnswerSource } from '../sources.js';

/** What a message of the assistant says of itself, before its first word and at its end. */
export interface AssistantMetadata {
  question: string;
  mode: 'extract' | 'model';
  failure?: string | null;
  usage?: AnswerEnd['usage'];
}

/** The parts of a message beyond those of the AI SDK. */
export type AssistantData = {
  /** Numbers and names that no cited passage has, with their places in the text. */
  unsupported: AnswerEnd['unsupported'];
};

/** A message as `useChat` of `@ai-sdk/react` has it. */
export type AssistantMessage = UIMessage<AssistantMetadata, AssistantData>;

type Chunk = UIMessageChunk<AssistantMetadata, AssistantData>;

/** The header by which clients of the AI SDK know the protocol. */
export const UI_STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  'x-vercel-ai-ui-message-stream': 'v1',
  'x-accel-buffering': 'no',
};

const TEXT_ID = 'answer';

/**
 * Formats an answer as a UI message stream of the AI SDK (protocol v1, Server-Sent Events): the sources, the text in pieces,
 * and at last what is known of it.
 */
export async function* uiMessageStream(
  answer: Answer,
  pieces: AsyncGenerator<string, AnswerEnd>,
  onEnd: (end: AnswerEnd) => void,
): AsyncGenerator<string> {
  const { question, mode, sources } = answer;
  yield* events([
    { type: 'start', messageId: newId(), messageMetadata: { question, mode } },
    ...sources.map(sourcePart),
    { type: 'text-start', id: TEXT_ID },
  ]);
  let next = await pieces.next();
  for (; !next.done; next = await pieces.next())
    yield* events([{ type: 'text-delta', id: TEXT_ID, delta: next.value }]);
  const { unsupported, failure, usage } = next.value;
  onEnd(next.value);
  yield* events([
    { type: 'text-end', id: TEXT_ID },
    ...(unsupported.length > 0 ? [{ type: 'data-unsupported' as const, data: unsupported }] : []),
    { type: 'finish', messageMetadata: { question, mode, failure, usage } },
  ]);
  yield 'data: [DONE]\n\n';
}

const events = (chunks: Chunk[]): string[] => chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);

/** `sourceId` is the number by which the text cites the source. */
const sourcePart = ({ number, id, title, filename, excerpt, createdAt, passage }: AnswerSource): Chunk => ({
  type: 'source-document',
  sourceId: String(number),
  mediaType: 'text/markdown',
  title,
  ...(filename !== null && { filename }),
  providerMetadata: {
    bouncer: {
      id,
      excerpt,
      createdAt: new Date(createdAt).toISOString(),
      passage: { ...passage, headings: [...passage.headings] },
    },
  },
});
