import { DataSource } from 'typeorm';
import { bringBack, takeAway } from './support/database.js';
import { TestService } from './support/test-service.js';
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

  /** Opens every connection of the pool at once. */
  async function onEachConnection(sql: string): Promise<void> {
    const source = service.service.app.get(DataSource, { strict: false });
    const runners = Array.from({ length: CONNECTIONS }, () => source.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    await Promise.all(runners.map((runner) => runner.query(sql)));
    await Promise.all(runners.map((runner) => runner.release()));
  }

  /** Reads on several connections, so that each of them has the statements. */
  const readOften = () => Promise.all(Array.from({ length: 2 * CONNECTIONS }, () => get()));

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
    await query(service.database.schemaUrl, 'ALTER TABLE documents ALTER COLUMN filename TYPE varchar(600)');
    for (const [status, body] of await readOften()) expect([status, body]).toEqual([200, document]);
    expect(await list()).toEqual([summary()]);
    await query(service.database.schemaUrl, 'ALTER TABLE documents ALTER COLUMN filename TYPE text');
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
