import { ID, LedgersModule } from './examples/ledgers.js';
import { TestService } from './support/test-service.js';

describe('The OpenAPI document of a project', () => {
  let service: TestService;
  let key: string;
  let document: any;

  beforeAll(async () => {
    service = await TestService.start({ config: { modules: [LedgersModule], documents: false } });
    key = (await service.createKey(await service.createUser(), ['ledgers:*'])).apiKey;
    document = (await service.request('GET', '/docs/openapi.json')).body;
  });
  afterAll(() => service.stop());

  it('describes a route of the project as one of ours', () => {
    const get = document.paths['/api/ledgers/{id}'].get;
    expect(get).toMatchObject({ operationId: 'LedgersController.get', summary: 'A ledger' });
    expect(JSON.stringify(get)).toContain('ledgers:read');
    expect(get.responses[200].content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/Ledger',
    });
    expect(Object.keys(get.responses)).toEqual(expect.arrayContaining(['200', '401', '403', '429']));
    const { post } = document.paths['/api/ledgers'];
    expect(Object.keys(post.responses)).toEqual(expect.arrayContaining(['201', '400', '409']));
    expect(document.components.schemas).toMatchObject({
      Ledger: { examples: [{ id: ID, title: 'May' }], required: ['id', 'title'] },
      CreateLedgerDto: { properties: { title: { minLength: 1, maxLength: 20 } } },
    });
  });

  it('has nothing of the documents where they are not served', () => {
    const { components, tags, paths } = document;
    const names = [
      ...Object.keys(paths),
      ...Object.keys(components.schemas),
      ...tags.map(({ name }: { name: string }) => name),
    ];
    expect(names.filter((name) => /document/i.test(name))).toEqual([]);
    expect(Object.keys(components.schemas)).toContain('User');
  });

  it('is about routes that refuse as ours do', async () => {
    const post = (body: object) => service.request('POST', '/api/ledgers', { key, body });
    expect(await post({ title: 'June' })).toMatchObject({ status: 201, body: { id: ID, title: 'June' } });
    expect(await post({ title: 'May' })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await post({ title: '' })).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    const other = await service.request('GET', `/api/ledgers/${ID.replace('a', 'b')}`, { key });
    expect(other).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});
