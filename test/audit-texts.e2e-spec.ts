import { TestService } from './support/test-service.js';

const TEXTS = [
  'a "quoted" word',
  'back\\slash',
  '\\',
  '"',
  '\\"',
  '{NULL}',
  'NULL',
  '{}',
  '{"a","b"}',
  'comma, and space',
  "'; DROP TABLE audit_events; --",
  '\\x41',
  'ünï ☃ 😀',
  'inner  spaces',
];

describe('Audit rows of one batch', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('have each its own texts as they were, whatever stands in them', async () => {
    const calls = TEXTS.map((text) =>
      service.call(service.adminKey, text, {}, { 'user-agent': text.replace(/[^ -~]/g, '?') }),
    );
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(TEXTS.map(() => 200));
    const rows = await service.auditRows(`reason = 'unknown_tool'`);
    const found = new Map(rows.map(({ tool, user_agent }) => [tool, user_agent]));
    expect(rows).toHaveLength(TEXTS.length);
    for (const text of TEXTS) expect([text, found.get(text)]).toEqual([text, text.replace(/[^ -~]/g, '?')]);
  });

  it('have each its own metadata', async () => {
    for (const tool of TEXTS) {
      const path = `/api/audit?tool=${encodeURIComponent(tool)}`;
      expect((await service.request('GET', path, { key: service.adminKey })).status).toBe(200);
    }
    const rows = await service.auditRows(`metadata ? 'filters'`);
    expect(rows.map(({ metadata }) => metadata.filters)).toEqual(TEXTS.map((tool) => ({ tool })));
  });
});
