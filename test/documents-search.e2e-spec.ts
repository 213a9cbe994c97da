import { Replica } from './support/replica.js';
import { TestService, type TestUser } from './support/test-service.js';

const SEARCH = '/api/documents/search';
const SCOPES = ['documents:read', 'documents:write', 'documents:delete'];

describe('The search of documents', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
    key = (await service.createKey(owner, SCOPES)).apiKey;
  });

  const write = async (title: string, content: string, filename?: string): Promise<string> => {
    const body = { title, content, ...(filename && { filename }) };
    const answer = await service.request('POST', '/api/documents', { key, body });
    expect(answer.status).toBe(201);
    return answer.body.id as string;
  };
  const search = async (query: string, by = key) => {
    const { status, body } = await service.request('POST', SEARCH, { key: by, body: { query } });
    expect(status).toBe(200);
    return body;
  };
  const titles = async (query: string) =>
    (await search(query)).results.map(({ title }: { title: string }) => title) as string[];

  it('answers a question of which the text has only some words', async () => {
    await write('Report', 'Q3 revenue was $125,000, which is more than expected.');
    await write('Lunch', 'On Friday there is soup.');
    expect(await titles('What were our Q3 revenue numbers?')).toEqual(['Report']);
  });

  it('finds nothing where nothing that matters matches, and says which words are unknown', async () => {
    await write('Report', 'The revenue of the company.');
    const body = await search('submarine engines of the company');
    expect(body).toMatchObject({ unknownWords: ['submarine', 'engines'], didYouMean: null });
    expect(body.results.map(({ matched }: { matched: string[] }) => matched)).toEqual([['company']]);
    expect(await search('submarine engines')).toMatchObject({ results: [], count: 0 });
  });

  it('puts the document first whose title or file name is asked for', async () => {
    const much = 'The retention of the audit. Audit rows, audit files, the audit of calls.';
    await write('A slot for each row of the audit', much, 'decisions/0004-a-slot-for-each-row.md');
    await write(
      'For those who run it',
      'Who runs the service looks at the audit, among other things.',
      'docs/audit.md',
    );
    await write('Retention', 'Rows are kept for some time, which is their retention.');
    await write('How long rows are kept', much);
    expect((await titles('audit'))[0]).toBe('For those who run it');
    expect((await titles('retention'))[0]).toBe('Retention');
  });

  it('finds words with a mistake, and says what was probably meant', async () => {
    await write('Report', 'The revenue of the third quarter.');
    const body = await search('revenuw of the quater');
    expect(body.results).toHaveLength(1);
    expect(body.didYouMean).toBe('revenue of the quarter');
  });

  it('takes a number for no other one, and a stop word for no unknown one', async () => {
    await write('Report', 'The revenue was $125,000 at 10.20.0.53.');
    expect(await search('12500')).toMatchObject({ count: 0, unknownWords: ['12500'], didYouMean: null });
    expect(await search('125001')).toMatchObject({ count: 0, unknownWords: ['125001'], didYouMean: null });
    expect(await search('1250*')).toMatchObject({ count: 1, unknownWords: [] });
    expect(await search('10.20.0.54')).toMatchObject({ count: 1, didYouMean: null });
    expect(await search('the')).toMatchObject({ count: 0, unknownWords: [] });
  });

  it('says which of the words that `or` joins is there', async () => {
    await write('Report', 'The revenue of the company.');
    const { results } = await search('submarine or revenue');
    expect(results).toMatchObject([{ matched: ['revenue'] }]);
  });

  it('knows every part of a Chinese sentence', async () => {
    await write('Office', '北京的办公室在春节期间关闭。');
    expect(await search('办公室')).toMatchObject({ count: 1, unknownWords: [] });
  });

  it('finds umlauts and accents however they are typed', async () => {
    await write('Brief', 'Herr Müller hat den Vertrag für das Büro am 3. Mai in der Straße unterschrieben.');
    await write('Lettre', 'Le résumé de la réunion est prêt, et nous allons le partager avec les employés.');
    for (const query of ['Müller', 'Mueller', 'Muller', 'MÜLLER', 'Strasse', 'buero'])
      expect(await titles(query)).toEqual(['Brief']);
    for (const query of ['resume', 'résumé', 'RÉUNION', 'employe'])
      expect(await titles(query)).toEqual(['Lettre']);
  });

  it('finds German compounds by their parts, and their parts by compounds', async () => {
    await write(
      'Antrag',
      'Der Urlaubsantrag muss zwei Wochen vorher bei der Personalabteilung eingereicht werden.',
    );
    await write(
      'Ferien',
      'Wer Urlaub nehmen will, stellt einen Antrag und wartet auf die Antwort der Abteilung.',
    );
    expect(await titles('Urlaub')).toEqual(expect.arrayContaining(['Antrag', 'Ferien']));
    expect(await titles('Urlaubsanträge')).toContain('Antrag');
    await service.request('DELETE', `/api/documents/${(await search('Urlaubsantrag')).results[0].id}`, {
      key,
    });
    expect(await titles('Urlaubsantrag')).toEqual(['Ferien']);
  });

  it('finds identifiers and numbers as a whole and by their parts', async () => {
    await write(
      'Incident',
      'OPS-3391: the PaymentGatewayClient ran out of connections; max_pool_size was 5 on 10.20.0.53.',
    );
    await write('Contract', 'The fee is EUR 480,000 a year.');
    for (const query of [
      'OPS-3391',
      'ops3391',
      'PaymentGatewayClient',
      'paymentgatewayclient',
      'payment gateway',
      'max_pool_size',
      'max pool size',
      '10.20.0.53',
    ])
      expect((await titles(query))[0]).toBe('Incident');
    for (const query of ['480,000', '480000', '480.000', 'EUR 480 000'])
      expect((await titles(query))[0]).toBe('Contract');
  });

  it('finds a document by its file name', async () => {
    await write('Numbers', 'Nothing to read.', 'finance/2026-q3-report.md');
    await write('Other', 'Nothing to read either.', 'people/holidays.md');
    expect((await titles('finance report'))[0]).toBe('Numbers');
    expect((await titles('holidays.md'))[0]).toBe('Other');
  });

  it('finds a book by a sentence on its last page, and by a phrase of it', async () => {
    const filler = 'The committee met and spoke about the plan of the year at some length. ';
    const last = 'Finally the copper kettle whistled in the abandoned lighthouse.';
    const content = `${filler.repeat(Math.floor((500_000 - last.length) / filler.length))}${last}`;
    const id = await write('Book', content);
    for (const query of ['the kettle whistled in a lighthouse', '"copper kettle whistled"']) {
      const [found] = (await search(query)).results;
      expect(found).toMatchObject({ title: 'Book', passage: { end: content.length } });
      expect(found.passage.id).toMatch(new RegExp(`^${id}#\\d+$`));
      expect(found.excerpt).toContain('**kettle** **whistled**');
    }
    expect(await titles('"kettle copper whistled"')).toEqual([]);
  });

  it('names the passage that matches with its headings and its place, in characters', async () => {
    const content =
      '# Travel 😀\n\nAll journeys.\n\n## Trains 😀\n\nSecond class is paid.\n\n## Hotels\n\nThree stars.';
    await write('Rules', content);
    const [{ passage }] = (await search('second class')).results;
    expect(passage.headings).toEqual(['Travel 😀', 'Trains 😀']);
    expect([...content].slice(passage.start, passage.end).join('')).toBe(
      '## Trains 😀\n\nSecond class is paid.\n',
    );
  });

  it('demands what stands behind +, and takes a word with * for all that begin so', async () => {
    await write('Invoice', 'The invoice for the train.');
    await write('Ticket', 'The ticket for the train.');
    expect(await titles('+ticket train')).toEqual(['Ticket']);
    expect(await titles('invoi*')).toEqual(['Invoice']);
    expect(await titles('tick*')).toEqual(['Ticket']);
  });

  it('knows the synonyms of offices', async () => {
    await write('Rule', 'Each invoice is paid within a month.');
    await write('Other', 'Each train leaves within an hour.');
    expect(await titles('bills')).toEqual(['Rule']);
  });

  it('knows the synonyms that an administrator keeps, from the moment on that they are kept', async () => {
    await write('Slides', 'The deck for the board.');
    expect(await titles('presentation')).toEqual([]);
    const put = (body: unknown, by = service.adminKey) =>
      service.request('PUT', '/api/documents/synonyms', { key: by, body });
    const groups = [['deck', 'presentation']];
    expect((await put({ groups }, key)).status).toBe(403);
    expect(await put({ groups })).toMatchObject({ status: 200, body: { groups } });
    expect(await titles('presentations')).toEqual(['Slides']);
    const { body } = await service.request('GET', '/api/documents/synonyms', { key });
    expect(body.groups).toEqual(groups);
    expect(body.builtIn.length).toBeGreaterThan(50);
    for (const wrong of [[['one']], [['two words', 'x']], [[1, 2]], 'x', [['a', 'b\0']], [[]]]) {
      const answer = await put({ groups: wrong });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    }
    expect((await put({ groups: [] })).body.groups).toEqual([]);
    expect(await titles('presentation')).toEqual([]);
  });

  it('finds a word that is in every list of synonyms', async () => {
    await write('Slides', 'The deck for the board.');
    const others = (list: number) => Array.from({ length: 19 }, (_, word) => `w${list}x${word}`);
    const lists = Array.from({ length: 1_000 }, (_, list) => ['deck', ...others(list)]);
    const put = (groups: string[][]) =>
      service.request('PUT', '/api/documents/synonyms', { key: service.adminKey, body: { groups } });
    expect((await put(lists)).status).toBe(200);
    expect(await titles('deck')).toEqual(['Slides']);
    expect((await put([])).status).toBe(200);
  });

  it('keeps nothing of the index of a deleted document', async () => {
    const id = await write('Short-lived', 'The word ephemeral.');
    const rows = () =>
      service.query(
        `SELECT document_id FROM document_terms WHERE document_id = $1
         UNION ALL SELECT document_id FROM document_indexes WHERE document_id = $1`,
        [id],
      );
    expect(await rows()).not.toEqual([]);
    expect((await service.request('DELETE', `/api/documents/${id}`, { key })).status).toBe(204);
    expect(await rows()).toEqual([]);
  });

  it('finds documents that were written before there was an index', async () => {
    const id = await write('Old', 'The zebra of the archive.');
    await service.query('DELETE FROM document_terms WHERE document_id = $1', [id]);
    await service.query('DELETE FROM document_indexes WHERE document_id = $1', [id]);
    await service.query(
      `UPDATE documents SET search = to_tsvector('english', title || ' ' || content) WHERE id = $1`,
      [id],
    );
    const replica = await Replica.of(service);
    try {
      const { body } = await replica.request('POST', SEARCH, key, { query: 'zebras' });
      expect(body.results).toMatchObject([{ id }]);
    } finally {
      await replica.stop();
    }
  });

  it('shows nobody a word of another owner', async () => {
    await write('Mine', 'The xylophone is mine.');
    const other = await service.createUser();
    const { apiKey } = await service.createKey(other, SCOPES);
    for (const query of ['xylophone', 'xylophon', 'xylo*', '"xylophone is"', 'xylophoen'])
      expect(await search(query, apiKey)).toMatchObject({ results: [], didYouMean: null });
  });

  const HOSTILE: [string, string][] = [
    ['only stop words', 'what is the of and'],
    ['operators alone', '- + " or | * ( ) & ! <-> :*'],
    ['10,000 characters of one word', 'x'.repeat(10_000)],
    ['10,000 characters of words', 'word '.repeat(2_000)],
    ['2,000 different words', Array.from({ length: 1_400 }, (_, at) => `w${at}`).join(' ')],
    ['wildcards of LIKE', '%_% \\% _'],
    ['quotes within quotes', `'; DROP TABLE documents; -- "''" $$`],
    ['every script', 'мир 世界 ประเทศ العالم עולם दुनिया 세계 κόσμος სამყარო'],
    ['emoji and joiners', '👩‍👩‍👧‍👦 ❤️ 🇩🇪'],
    ['many exclusions', '-a '.repeat(2_000)],
    ['many phrases', '"a b" '.repeat(1_500)],
    ['many prefixes', 'a* b* c* d* '.repeat(500)],
  ];
  it.each(HOSTILE)('answers %s without an error', async (_, query) => {
    await write('Text', 'A word of the world.');
    const answer = await service.request('POST', SEARCH, { key, body: { query } });
    expect(answer.status).toBe(200);
  });
});
