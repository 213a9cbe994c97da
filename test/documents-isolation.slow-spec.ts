import * as fc from 'fast-check';
import pLimit from 'p-limit';
import { WAYS } from './support/document-ways.js';
import { OwnedDocuments } from './support/owned-documents.js';
import { TestService } from './support/test-service.js';

const PAIRS = 1_000;
const AT_ONCE = 8;
/** Another run with the same number makes the same texts, changes and pairs. */
const SEED = Number(process.env.SPEC_SEED ?? Date.now() % 2 ** 31);

describe('The documents of many owners', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('are found, read and completed by their owner alone, each of 1,000 pairs in every way', async () => {
    const model = new OwnedDocuments(service, SEED);
    const owners = await model.write(20, 10);
    await model.change();
    const nat = () => fc.nat(2 ** 20);
    const pairs = fc.sample(fc.record({ caller: nat(), document: nat(), word: nat(), form: nat() }), {
      seed: SEED,
      numRuns: PAIRS,
    });
    const limit = pLimit(AT_ONCE);
    const answers = pairs.flatMap(({ caller, document, word, form }) => {
      const asked = model.documents[document % model.documents.length]!;
      const pair = { owner: owners[caller % owners.length]!, asked, word, form };
      return WAYS.map((way) => limit(() => way(service, model, pair)));
    });
    const misfits = (await Promise.all(answers)).filter((misfit) => misfit !== undefined);
    expect({ seed: SEED, misfits: misfits.slice(0, 5) }).toEqual({ seed: SEED, misfits: [] });
    expect(answers).toHaveLength(PAIRS * WAYS.length);
  }, 300_000);
});
