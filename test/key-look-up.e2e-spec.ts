import { Client } from 'pg';
import { TestService } from './support/test-service.js';

describe('A key that is used for the first time', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('costs one query by the index on its hash, and none afterwards', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    const query = jest.spyOn(Client.prototype, 'query');
    const asked = () =>
      query.mock.calls
        .map(([sent]) => sent as unknown as { text?: string })
        .filter(({ text }) => /FROM "api_keys"/.test(text ?? ''));
    expect((await service.rpc(apiKey, 'tools/list')).status).toBe(200);
    expect(asked()).toHaveLength(1);
    expect((await service.rpc(apiKey, 'tools/list')).status).toBe(200);
    expect(asked()).toHaveLength(1);
    const [{ text }] = asked() as [{ text: string }];
    query.mockRestore();
    const plan = JSON.stringify(await service.query(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${text}`));
    expect(plan).toMatch(/"Index Cond":"\([^"]*key_hash = /);
  });
});
