import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { type Asked, WAYS } from './support/document-ways.js';
import { SharedDocuments } from './support/shared-documents.js';
import { TestService } from './support/test-service.js';
import { ASK } from './support/ui-stream.js';

const PEOPLE = 12;
const TEAMS = 6;
const DOCUMENTS = 6;
/** So many pairs of a reader and a document are asked for in every way, before the changes and after them. */
const PAIRS = 500;
const CHANGES = 150;
const AT_ONCE = 8;
/** Another run with the same number makes the same texts, changes and pairs. */
const SEED = Number(process.env.SPEC_SEED ?? Date.now() % 2 ** 31);

describe('The documents of people and teams', () => {
  let service: TestService;
  let model: SharedDocuments;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_DEVELOPMENT: '1000000' } });
    model = new SharedDocuments(service, SEED);
    await model.make(PEOPLE, TEAMS, DOCUMENTS);
  }, 120_000);
  afterAll(() => service.stop());

  const expectNone = (misfits: readonly (string | undefined)[]) => {
    const found = misfits.filter((misfit) => misfit !== undefined);
    expect({ seed: SEED, misfits: found.slice(0, 5) }).toEqual({ seed: SEED, misfits: [] });
  };

  const change = async () => {
    for (let number = 0; number < CHANGES; number++) expectNone([await model.changeOne()]);
  };

  /** The assistant, which quotes documents for a person. @returns what it was shown that the person may not read */
  const ask = async ({ owner, asked, word }: Asked): Promise<string | undefined> => {
    if (!model.people.includes(owner)) return undefined;
    const question = `What is ${asked.words[word % asked.words.length]!}?`;
    const headers = { accept: 'application/json' };
    const { text, body } = await service.request('POST', ASK, {
      key: owner.key,
      body: { question },
      headers,
    });
    const readable = model.of(owner);
    const sources = (body.sources as { id: string }[]).map(({ id }) => id);
    const isRight = sources.every((id) => readable.some((one) => one.id === id));
    return isRight ? undefined : `${owner.name} asks ${question}: ${text}`;
  };

  const compare = async (seed: number) => {
    const nat = () => fc.nat(2 ** 20);
    const pair = fc.record({ caller: nat(), document: nat(), word: nat(), form: nat() });
    const limit = pLimit(AT_ONCE);
    const answers = fc.sample(pair, { seed, numRuns: PAIRS }).flatMap(({ caller, document, word, form }) => {
      const owner = model.readers[caller % model.readers.length]!;
      const asked = { owner, asked: model.documents[document % model.documents.length]!, word, form };
      return [...WAYS.map((way) => limit(() => way(service, model, asked))), limit(() => ask(asked))];
    });
    expectNone(await Promise.all(answers));
    expect(answers).toHaveLength(PAIRS * (WAYS.length + 1));
  };

  it('are read by those who may, none more and none less than in a model in memory, before and after random changes', async () => {
    await change();
    await compare(SEED);
    await change();
    await compare(SEED + 1);
  }, 600_000);
});
