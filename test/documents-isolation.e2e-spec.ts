import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { WAYS } from './support/document-ways.js';
import { type Owned, OwnedDocuments, SCOPES } from './support/owned-documents.js';
import { TestService } from './support/test-service.js';

/** `documents-isolation.slow-spec.ts` asks 1,000 pairs, each in every way. */
const PAIRS = 300;
const OWNERS = 8;
const DOCUMENTS = 10;
const AT_ONCE = 8;

/** Another run with the same number makes the same texts, changes and pairs. */
const SEED = Number(process.env.SPEC_SEED ?? Date.now() % 2 ** 31);

const nat = () => fc.nat(2 ** 20);
/** A caller, a document of anybody, one of its words, and how it is asked for. */
const pair = fc.record({ caller: nat(), document: nat(), word: nat(), form: nat(), way: nat() });

describe('The documents of many owners', () => {
  let service: TestService;
  let owners: Owned[];
  let model: OwnedDocuments;

  beforeAll(async () => {
    service = await TestService.start();
    model = new OwnedDocuments(service, SEED);
    owners = await model.write(OWNERS, DOCUMENTS);
    await model.change();
  }, 60_000);
  afterAll(() => service.stop());

  const all = async <T>(items: readonly T[], ask: (item: T) => Promise<string | string[] | undefined>) => {
    const limit = pLimit(AT_ONCE);
    const misfits = (await Promise.all(items.map((item) => limit(() => ask(item))))).flat().filter(Boolean);
    expect({ seed: SEED, misfits: misfits.slice(0, 5) }).toEqual({ seed: SEED, misfits: [] });
  };

  it('are found, read and completed by their owner alone, none more and none less than in a model in memory', async () => {
    const pairs = fc.sample(pair, { seed: SEED, numRuns: PAIRS });
    await all(pairs, async ({ caller, document, word, form, way }) => {
      const asked = model.documents[document % model.documents.length]!;
      const owner = owners[caller % owners.length]!;
      return WAYS[way % WAYS.length]!(service, model, { owner, asked, word, form });
    });
  });

  it('are listed for their owner alone, newest first, and are in no list of resources', async () => {
    await all(owners, async (owner) => {
      const own = model.of(owner).map(({ id, title }) => `${id} ${title}`);
      const shown = ({ id, title }: { id: string; title: string }) => `${id} ${title}`;
      const rest = await service.pages(owner.key, '/api/documents?limit=5', 'documents');
      const listed = (await service.call(owner.key, 'documents_list', { limit: 100 })).body.result;
      const { resources } = (await service.rpc(owner.key, 'resources/list')).body.result;
      return [rest.flat().map(shown), listed.structuredContent.documents.map(shown)]
        .filter((ids) => ids.join() !== own.join())
        .concat(resources.filter(({ uri }: { uri: string }) => uri.startsWith('document:')))
        .map((ids) => `${owner.name}: ${JSON.stringify(ids)}, not ${JSON.stringify(own)}`);
    });
  });

  it('are searched as if nobody else had any: no text of another changes an answer', async () => {
    const make = async () => (await service.createKey(await service.createUser(), SCOPES)).apiKey;
    const [key, other] = [await make(), await make()];
    const write = (by: string, content: string) =>
      service.request('POST', '/api/documents', { key: by, body: { title: 'Evening', content } });
    await write(key, 'The organ and the recital were announced in the village.');
    // The first two come near words of others that have a stem in common with the owner's own.
    const queries = ['organiz*', 'organizatoin', 'reci*', 'recitla', 'ecital', 'announcemant', 'villagers'];
    const answers = () =>
      Promise.all(
        queries.map((query) => service.request('POST', '/api/documents/search', { key, body: { query } })),
      );
    const before = (await answers()).map(({ body }) => body);
    const letters = [...'0123456789abcdefghijklmnopqrstuvwxyz'];
    const crowd = letters.flatMap((one) => letters.map((two) => `${one}${two}`));
    await write(
      other,
      'Organization, organizations, organizational; announcement, announcements; villagers.',
    );
    for (const start of ['reci', 'recitla']) await write(other, crowd.map((end) => start + end).join(' '));
    expect((await answers()).map(({ body }) => body)).toEqual(before);
    expect(before.map(({ count }: { count: number }) => count)).toEqual([0, 0, 1, 1, 1, 0, 1]);
  });

  it('are refused to a key without the scope, whoever asks and however', async () => {
    const [owner] = owners as [Owned];
    const { apiKey: key } = await service.createKey(owner.user, ['documents:write', 'keys:read']);
    const [mine] = model.of(owner) as [Owned['documents'][number]];
    const id = mine.id;
    const prompt = { name: 'documents_answer', arguments: { question: mine.words[0]! } };
    const reference = {
      ref: { type: 'ref/resource', uri: 'document://{id}' },
      argument: { name: 'id', value: '' },
    };
    const answers = await Promise.all([
      service.request('POST', '/api/documents/search', { key, body: { query: mine.words[0]! } }),
      service.request('GET', '/api/documents', { key }),
      service.request('GET', `/api/documents/${id}`, { key }),
      service.call(key, 'documents_search', { query: mine.words[0]! }),
      service.call(key, 'documents_list'),
      service.call(key, 'documents_get', { id }),
      service.rpc(key, 'resources/read', { uri: `document://${id}` }),
      service.rpc(key, 'prompts/get', prompt),
      service.rpc(key, 'completion/complete', reference),
    ]);
    for (const { text } of answers) {
      expect(text).toContain('insufficient_scope');
      for (const told of [id, mine.title]) expect(text).not.toContain(told);
    }
  });
});
