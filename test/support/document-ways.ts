import type { Owned, OwnedDocument, OwnedDocuments } from './owned-documents.js';
import type { SearchAnswer } from '../../src/documents/document.schema.js';
import type { Answer, TestService } from './test-service.js';

/** What a caller asks for: a document of anybody, by its id and by its words. */
export interface Asked {
  owner: Owned;
  asked: OwnedDocument;
  /** Numbers at random: which word, and in which form. */
  word: number;
  form: number;
}

/** What is searched for, and what must be answered. */
interface Question {
  query: string;
  found: string[];
  unknownWords: string[];
  didYouMean: string | null;
}

interface PromptMessage {
  content: { resource?: { uri: string } };
}

/** Asks in one way. @returns what differs from the model */
type Ask = (service: TestService, model: OwnedDocuments, pair: Asked) => Promise<string | undefined>;

/** All ways to a document: by its id as a row, by a tool, and as a resource; by the start of its id; in lists; and by its words. */
export const WAYS: readonly Ask[] = [
  async (service, model, pair) =>
    misread(
      model,
      pair,
      await service.request('GET', `/api/documents/${pair.asked.id}`, { key: pair.owner.key }),
    ),
  async (service, model, pair) =>
    misread(model, pair, await service.call(pair.owner.key, 'documents_get', { id: pair.asked.id })),
  async (service, model, pair) =>
    misread(
      model,
      pair,
      await service.rpc(pair.owner.key, 'resources/read', { uri: `document://${pair.asked.id}` }),
    ),
  async (service, model, pair) => {
    const { owner, asked, form } = pair;
    const value = asked.id.slice(0, 10 + (form % 27));
    const params = { ref: { type: 'ref/resource', uri: 'document://{id}' }, argument: { name: 'id', value } };
    const { body } = await service.rpc(owner.key, 'completion/complete', params);
    const ids = body.result.completion.values as string[];
    const expected = model.of(owner).filter(({ id }) => id.startsWith(value));
    const isRight = ids.join() === expected.map(({ id }) => id).join();
    return isRight ? undefined : misfit(pair, `${value} completed to ${ids.join()}`);
  },
  async (service, model, pair) => {
    const { body } = await service.request('GET', '/api/documents?limit=100', { key: pair.owner.key });
    return mislisted(model, pair, body.documents);
  },
  async (service, model, pair) => {
    const { body } = await service.call(pair.owner.key, 'documents_list', { limit: 100 });
    return mislisted(model, pair, body.result.structuredContent.documents);
  },
  async (service, model, pair) => {
    const question = questionOf(model, pair);
    const answer = await whole(async () => {
      const options = { key: pair.owner.key, body: bodyOf(question) };
      return (await service.request('POST', '/api/documents/search', options)).body as SearchAnswer;
    });
    return misfound(pair, question, answer);
  },
  async (service, model, pair) => {
    const question = questionOf(model, pair);
    const answer = await whole(async () => {
      const { body } = await service.call(pair.owner.key, 'documents_search', bodyOf(question));
      return body.result.structuredContent as SearchAnswer;
    });
    return misfound(pair, question, answer);
  },
  async (service, model, pair) => {
    const { query, found } = questionOf(model, pair);
    const params = { name: 'documents_answer', arguments: { question: query } };
    const ask = async () => {
      const { messages } = (await service.rpc(pair.owner.key, 'prompts/get', params)).body.result;
      const ids = (messages as PromptMessage[]).flatMap(
        ({ content: { resource } }) => resource?.uri.slice('document://'.length) ?? [],
      );
      const isPartial = messages.at(-1).content.text.includes('ran out of time');
      return { ids, partial: isPartial };
    };
    const { ids } = await whole(ask);
    // It shows the best three.
    const isRight = ids.length === Math.min(3, found.length) && ids.every((id) => found.includes(id));
    return isRight ? undefined : misfit(pair, `${query} prompts with ${ids.join()}, not ${found.join()}`);
  },
];

/** How often a search that ran out of time on a busy machine is asked again. */
const ATTEMPTS = 10;

/** Asks until the answer is a whole one: a partial one says itself that it lacks something. */
async function whole<A extends { partial: boolean }>(ask: () => Promise<A>): Promise<A> {
  let answer = await ask();
  for (let attempt = 1; answer.partial && attempt < ATTEMPTS; attempt++) answer = await ask();
  return answer;
}

const misfit = ({ owner, asked }: Asked, what: string): string =>
  `${owner.name} asks for ${asked.id} of ${asked.owner.name}: ${what}`;

function misread(model: OwnedDocuments, pair: Asked, { text }: Answer): string | undefined {
  const { owner, asked } = pair;
  const isSeen = model.of(owner).includes(asked);
  const isRight = text.includes(asked.title) === isSeen && /not.found/.test(text) !== isSeen;
  return isRight ? undefined : misfit(pair, `read as ${text}`);
}

function mislisted(
  model: OwnedDocuments,
  pair: Asked,
  rows: { id: string; title: string }[],
): string | undefined {
  const shown = (documents: readonly { id: string; title: string }[]) =>
    documents.map(({ id, title }) => `${id} ${title}`).join();
  const expected = shown(model.of(pair.owner));
  return shown(rows) === expected ? undefined : misfit(pair, `listed as ${shown(rows)}, not ${expected}`);
}

const bodyOf = ({ query }: Question) => ({ query, limit: 50 });

function misfound(pair: Asked, question: Question, answer: SearchAnswer): string | undefined {
  const { query, unknownWords, didYouMean } = answer;
  const found = answer.results.map(({ id }) => id).sort();
  const isRight = JSON.stringify({ query, found, unknownWords, didYouMean }) === JSON.stringify(question);
  return isRight
    ? undefined
    : misfit(pair, `answered ${JSON.stringify(answer)}, not ${JSON.stringify(question)}`);
}

/** A word as it is, a former one, one with a mistake, its start, or two with and without operators. */
function questionOf(model: OwnedDocuments, { owner, asked, word: number, form }: Asked): Question {
  const { words, formerWords } = asked;
  const word = words[number % words.length]!;
  const other = owner.vocabulary[number % owner.vocabulary.length]!;
  const known = (text: string) => model.with(owner, (one) => one === text);
  const unknownOf = (...texts: string[]) => [...new Set(texts)].filter((text) => known(text).length === 0);
  const question = (query: string, found: string[], unknownWords: string[] = []): Question => ({
    query,
    found,
    unknownWords,
    didYouMean: null,
  });
  const either = () => [...new Set([...known(word), ...known(other)])].sort();
  switch (form % 8) {
    case 0: {
      const former = formerWords[number % Math.max(1, formerWords.length)] ?? word;
      return question(former, known(former), unknownOf(former));
    }
    case 1: {
      const typo = word.slice(0, 5) + word[6] + word[5] + word.slice(7);
      const didYouMean = known(word).length > 0 ? word : null;
      return { ...question(typo, known(word), [typo]), didYouMean };
    }
    case 2: {
      const start = word.slice(0, 6);
      const found = model.with(owner, (one) => one.startsWith(start));
      return question(`${start}*`, found, found.length === 0 ? [start] : []);
    }
    case 3:
      return question(`${word} ${other}`, either(), unknownOf(word, other));
    case 4:
      return question(`+${word} ${other}`, known(word), unknownOf(word, other));
    case 5: {
      const found = word === other ? [] : known(word).filter((id) => !known(other).includes(id));
      return question(`${word} -${other}`, found, unknownOf(word));
    }
    case 6:
      return question(`${word.toUpperCase()}?`, known(word), unknownOf(word));
    default:
      return question(word, known(word), unknownOf(word));
  }
}
