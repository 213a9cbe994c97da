import { api } from './client';
import { Problem } from './problem';

/** A message of the conversation before a question. */
export interface Said {
  role: 'user' | 'assistant';
  content: string;
}

/** A passage that an answer cites by its number. */
export interface Source {
  number: number;
  /** The id of the document. */
  id: string;
  title: string;
  /** The words that match stand between `**`. */
  excerpt: string;
  createdAt: string;
  passage: { headings: readonly string[]; start: number; end: number };
}

/** What an answer says of itself. */
export interface AnswerMetadata {
  /** The question that was answered: a follow-up is made a question of its own. */
  question: string;
  mode: 'extract' | 'model';
  /** Why a model gave no whole answer. */
  failure?: string | null;
}

/** What this console reads of the stream of the assistant. */
export type AnswerPart =
  | { type: 'start' | 'finish'; messageMetadata: AnswerMetadata }
  | { type: 'source'; source: Source }
  | { type: 'text-delta'; delta: string }
  | { type: 'data-unsupported'; data: readonly { text: string }[] };

type SourceChunk = {
  type: 'source-document';
  sourceId: string;
  title: string;
  providerMetadata: { bouncer: Omit<Source, 'number' | 'title'> };
};
type Chunk = Exclude<AnswerPart, { type: 'source' }> | SourceChunk;

/**
 * Asks the assistant, and yields its answer as it is written.
 *
 * @throws Problem where the service refuses
 */
export async function* ask(
  question: string,
  history: readonly Said[],
  signal: AbortSignal,
): AsyncGenerator<AnswerPart> {
  const { data } = await api.POST('/api/assistant/ask', {
    body: { question, history: [...history] },
    parseAs: 'stream',
    signal,
  });
  for await (const event of eventsOf(data as unknown as ReadableStream<Uint8Array<ArrayBuffer>>)) {
    const chunk = JSON.parse(event) as Chunk;
    yield chunk.type === 'source-document' ? { type: 'source', source: sourceOf(chunk) } : chunk;
  }
}

const sourceOf = ({ sourceId, title, providerMetadata: { bouncer } }: SourceChunk): Source => ({
  ...bouncer,
  number: Number(sourceId),
  title,
});

const FIELD = 'data: ';
const DONE = '[DONE]';

/** Yields the data of Server-Sent Events, each of which the assistant sends in one line. */
async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Problem(0, 'broken_off', 'The answer broke off');
    const lines = (rest + value).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (!line.startsWith(FIELD)) continue;
      const data = line.slice(FIELD.length);
      if (data === DONE) return;
      yield data;
    }
  }
}
