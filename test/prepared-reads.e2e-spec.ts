import type { EventEmitter } from 'node:events';
import { DataSource } from 'typeorm';
import { bringBack, takeAway } from './support/database.js';
import { TestService } from './support/test-service.js';
import { PreparedRead } from '../src/database/prepared-read.js';
import { query } from '../src/testing/test-database.js';

const CONNECTIONS = 16;

describe('A read by a prepared statement', () => {
  let service: TestService;
  let key: string;
  let document: { id: string; [member: string]: unknown };

  beforeAll(async () => {
    service = await TestService.start();
    const user = await service.createUser();
    key = (await service.createKey(user, ['documents:read', 'documents:write'])).apiKey;
    const body = { title: 'Travel rules', content: 'Trains within the country' };
    document = (await service.request('POST', '/api/documents', { key, body })).body;
  });
  afterAll(() => service.stop());

  const get = async () => {
    const { status, body } = await service.request('GET', `/api/documents/${document.id}`, { key });
    return [status, body];
  };
  const list = async () => {
    const { result } = (await service.call(key, 'documents_list', {})).body;
    return result.structuredContent.documents;
  };
  const summary = () => {
    const { content: _, ...members } = document;
    return members;
  };

  const source = () => service.service.app.get(DataSource, { strict: false });
  const prepared = <Row>(name: string, text: string) => new PreparedRead<Row>(source(), name, text);

  /** Opens every connection of the pool at once. */
  async function onEachConnection(sql: string): Promise<void> {
    const runners = Array.from({ length: CONNECTIONS }, () => source().createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    await Promise.all(runners.map((runner) => runner.query(sql)));
    await Promise.all(runners.map((runner) => runner.release()));
  }

  /** Reads on several connections, so that more than one of them has the statements. */
  const readOften = () => Promise.all(Array.from({ length: 8 * CONNECTIONS }, () => get()));

  it('returns what a write returned, with times, and null for what is not set', async () => {
    expect(await get()).toEqual([200, document]);
    expect(document.filename).toBeNull();
    expect(await list()).toEqual([summary()]);
  });

  it('survives that its statement is gone from every connection', async () => {
    await readOften();
    await list();
    await onEachConnection('DEALLOCATE ALL');
    for (const [status, body] of await readOften()) expect([status, body]).toEqual([200, document]);
    expect(await list()).toEqual([summary()]);
  });

  it('survives that the type of a column changes', async () => {
    await readOften();
    await list();
    await query(service.database.schemaUrl, 'ALTER TABLE documents ALTER COLUMN created_at TYPE timestamptz');
    for (const [status, body] of await readOften()) expect([status, body]).toEqual([200, document]);
    expect(await list()).toEqual([summary()]);
    await query(
      service.database.schemaUrl,
      'ALTER TABLE documents ALTER COLUMN created_at TYPE timestamptz(3)',
    );
    expect(await get()).toEqual([200, document]);
  });

  it('of a search survives that the type of a column changes', async () => {
    const search = async () => {
      const body = { query: 'trains' };
      const answer = await service.request('POST', '/api/documents/search', { key, body });
      return [answer.status, answer.body.results?.map(({ id }: { id: string }) => id)];
    };
    const found = [200, [document.id]];
    expect(await search()).toEqual(found);
    const changeTo = (type: string) =>
      query(service.database.schemaUrl, `ALTER TABLE document_indexes ALTER COLUMN language TYPE ${type}`);
    await changeTo('varchar(20)');
    expect(await search()).toEqual(found);
    await changeTo('text');
    expect(await search()).toEqual(found);
  });

  it('shares a round trip with up to 15 others of the same moment, and gets its own rows', async () => {
    const numbers = prepared<{ n: number }>('numbers', 'SELECT n FROM generate_series(1, $1::int) n');
    let connections = 0;
    const count = () => connections++;
    const { master } = source().driver as unknown as { master: EventEmitter };
    master.on('acquire', count);
    try {
      const counts = Array.from({ length: 40 }, (_, index) => index);
      const answers = await Promise.all(counts.map((n) => numbers.rows([n])));
      expect(answers.map((rows) => rows.map(({ n }) => n))).toEqual(
        counts.map((n) => Array.from({ length: n }, (_, index) => index + 1)),
      );
      // Three are needed; what runs in the background may take some meanwhile.
      expect([connections >= 3, connections < 10]).toEqual([true, true]);
    } finally {
      master.off('acquire', count);
    }
  });

  it('takes texts, numbers, bytes and null as they are', async () => {
    const types = prepared('types', 'SELECT $1::text AS text, $2::float8 AS number, $3::bytea AS bytes');
    const inputs = [
      ['', 0, Buffer.of()],
      ['Zürich 😀 "\\\'\n', -1.5e-7, Buffer.of(0, 255, 92)],
      [null, null, null],
    ];
    const answers = await Promise.all(inputs.map((values) => types.rows(values)));
    expect(answers).toEqual(inputs.map(([text, number, bytes]) => [{ text, number, bytes }]));
  });

  it('fails because of its own values only, whatever the others of its round trip ask for', async () => {
    const shares = prepared<{ share: number }>('shares', 'SELECT 12 / $1::int AS share');
    const outcomes = await Promise.allSettled(['1', '0', '2', 'x', '3'].map((by) => shares.rows([by])));
    expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual([
      [{ share: 12 }],
      'QueryFailedError: division by zero',
      [{ share: 6 }],
      'QueryFailedError: invalid input syntax for type integer: "x"',
      [{ share: 4 }],
    ]);
  });

  it('is answered with 503 while PostgreSQL is unavailable, and works again afterwards', async () => {
    await takeAway(service.database.name);
    try {
      const [status, body] = await get();
      expect([status, (body as { code: string }).code]).toEqual([503, 'database_unavailable']);
      const answer = await service.call(key, 'documents_get', { id: document.id });
      expect([answer.status, answer.body.error.data.code]).toEqual([503, 'database_unavailable']);
    } finally {
      await bringBack(service.database.name);
    }
    expect(await get()).toEqual([200, document]);
  });
});
