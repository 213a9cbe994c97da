import pLimit from 'p-limit';
import { TestService } from './support/test-service.js';

const SEARCH = '/api/documents/search';
const MOST = 10_000;
const AT_ONCE = 6;
const LAST_CHARACTER = 0x3ffff;

const STOP_WORDS = [
  'the of and is what to in a',
  'der die das und ist was in zu',
  'le la les et est dans que pour',
  'el la los y es en que para',
  'il la gli e di che per',
  'de het een en van is dat',
  'o a os e de que para em',
];
const OPERATORS = ['"the word"', '+word', '-none', 'or', 'wor*'];
const SIGNS = [
  '"',
  '+',
  '-',
  '|',
  '*',
  '(',
  ')',
  ':',
  '&',
  '!',
  '<->',
  '%',
  '_',
  '\\',
  "'",
  '?',
  '~',
  '^',
  '{',
  '$1',
];
const LONG = [
  ...SIGNS,
  'x',
  'aA',
  '7',
  '1,000,',
  '/a',
  '.a',
  'a_',
  'or ',
  '-a ',
  '+a ',
  'a* ',
  '"a" ',
  '"a b" ',
  '-"a b" ',
  'word ',
  'é',
  'e\u0301',
  '\u0301',
  'ß',
  'ﷺ',
  '漢',
  'ไ',
  '😀',
  '👩‍👩‍👧‍👦',
  '\u{13000}',
  '\u200d',
  '\u202e',
  '\u00a0',
  '\t',
];

/** Words of letters from each 128 characters of Unicode that have some, and thus in every script. */
function wordsOfAllScripts(): string[] {
  return Array.from({ length: (LAST_CHARACTER + 1) / 128 }, (_, block) => {
    const codes = Array.from({ length: 128 }, (__, at) => 128 * block + at);
    const letters = codes.map((code) => String.fromCodePoint(code)).filter((one) => /^\p{L}$/u.test(one));
    return [letters.slice(0, 8).join(''), letters.slice(-8).join('')];
  })
    .flat()
    .filter((word) => word !== '');
}

const ordersOf = <T>(items: readonly T[]): T[][] =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));

describe('A hostile search', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    const owner = await service.createUser();
    key = (await service.createKey(owner, ['documents:read', 'documents:write'])).apiKey;
    const body = { title: 'The word', content: 'The word of the world is a word (1,000 times).' };
    await service.request('POST', '/api/documents', { key, body });
  });
  afterAll(() => service.stop());

  const overRest = (query: string) => service.request('POST', SEARCH, { key, body: { query } });
  const asTool = async (query: string) => {
    const { status, body } = await service.call(key, 'documents_search', { query });
    return { status, body: body.result?.structuredContent ?? body };
  };
  /** Every second one is asked of the tool. @returns those that are not answered in time, as an answer tells */
  const unanswered = async (queries: readonly string[], mayBePartial = false): Promise<string[]> => {
    const limit = pLimit(AT_ONCE);
    const wrong = await Promise.all(
      queries.map((query, number) =>
        limit(async () => {
          const { status, body } = await (number % 2 === 0 ? overRest : asTool)(query);
          const isRight =
            status === 200 && (body.partial === false || (mayBePartial && body.partial === true));
          return isRight
            ? []
            : [`${JSON.stringify(query.slice(0, 40))}: ${status} ${JSON.stringify(body).slice(0, 200)}`];
        }),
      ),
    );
    return wrong.flat();
  };

  it('of operators in every order, with and without spaces, is answered', async () => {
    const orders = ordersOf(OPERATORS);
    expect(orders).toHaveLength(120);
    expect(await unanswered(orders.flatMap((order) => [order.join(' '), order.join('')]))).toEqual([]);
  });

  it('of two signs in every order, alone and around a word, is answered', async () => {
    const pairs = SIGNS.flatMap((one, at) =>
      SIGNS.slice(at).map((two) => `${one}word${two}${one}${two} ${two}${one}`),
    );
    expect(await unanswered([...SIGNS, ...pairs])).toEqual([]);
  });

  it('of 10,000 characters is answered, whatever they are', async () => {
    const queries = LONG.map((text) => text.repeat(Math.floor(MOST / text.length)));
    expect(await unanswered(queries, true)).toEqual([]);
  });

  it('of stop words alone is answered, in every language', async () => {
    expect(await unanswered(STOP_WORDS)).toEqual([]);
  });

  it('in any script is answered, and finds the document that is written in it', async () => {
    const words = wordsOfAllScripts();
    expect(words.length).toBeGreaterThan(2_000);
    const body = { title: 'Letters', content: words.join(' ') };
    expect((await service.request('POST', '/api/documents', { key, body })).status).toBe(201);
    const queries = Array.from({ length: Math.ceil(words.length / 60) }, (_, at) =>
      words.slice(60 * at, 60 * at + 60).join(' '),
    );
    const limit = pLimit(AT_ONCE);
    const answers = await Promise.all(queries.map((query) => limit(() => overRest(query))));
    const lost = answers.filter(
      ({ status, body: { results } }) => status !== 200 || results[0]?.title !== 'Letters',
    );
    expect(lost.map(({ text }) => text.slice(0, 300))).toEqual([]);
  });

  it('with NUL or half a character is refused, with any other control character answered', async () => {
    const controls = Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).slice(1);
    expect(
      await unanswered([...controls, '\x7f', '\x9b', '\ufeff', '\ufffe'].map((sign) => `a${sign}b`)),
    ).toEqual([]);
    for (const query of ['a\0b', '\0', '"\0*', '\ud800', 'a\udc00']) {
      const rest = await overRest(query);
      expect([query, rest.status, rest.body.code]).toEqual([query, 400, 'validation_failed']);
      const { text } = await service.call(key, 'documents_search', { query });
      expect(text).toContain('validation_failed');
    }
  });
});
