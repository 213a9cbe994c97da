import { Injectable, Module } from '@nestjs/common';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { auditRecord } from '../src/audit/events/audit-record.js';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { ServiceError } from '../src/errors/service-error.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
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

/** The text that a tool may pass on from another service. */
const REASONS: Record<string, unknown> = {
  nul: 'upstream said: \u0000',
  key: `mcp_${'A'.repeat(49)}`,
  long: 'x'.repeat(1_000_000),
  number: 42,
  object: { status: 502 },
};

@Injectable()
class RefusingTools {
  @Tool({ name: 'refuse', description: 'Refuses', inputSchema: z.object({ with: z.string() }) })
  @Scopes('documents:read')
  refuse(input: { with: string }): never {
    throw new ServiceError('conflict', 'no', { reason: REASONS[input.with] as string });
  }
}

@Module({ providers: [RefusingTools] })
class RefusingModule {}

describe('Audit rows of one batch', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ modules: [RefusingModule] });
  });
  afterAll(() => service.stop());

  it('have their own texts unchanged, whatever these contain', async () => {
    const calls = TEXTS.map((text) =>
      service.call(service.adminKey, text, {}, { 'user-agent': text.replace(/[^ -~]/g, '?') }),
    );
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(TEXTS.map(() => 200));
    const rows = await service.auditRows(`reason = 'unknown_tool'`);
    const found = new Map(rows.map(({ tool, user_agent }) => [tool, user_agent]));
    expect(rows).toHaveLength(TEXTS.length);
    for (const text of TEXTS) expect([text, found.get(text)]).toEqual([text, text.replace(/[^ -~]/g, '?')]);
  });

  it('have their own metadata', async () => {
    for (const tool of TEXTS) {
      const path = `/api/audit?tool=${encodeURIComponent(tool)}`;
      expect((await service.request('GET', path, { key: service.adminKey })).status).toBe(200);
    }
    const rows = await service.auditRows(`metadata ? 'filters'`);
    expect(rows.map(({ metadata }) => metadata.filters)).toEqual(TEXTS.map((tool) => ({ tool })));
  });

  it('are written with bounded texts and without any key, whatever reason a tool gives for a refusal', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    for (const name of Object.keys(REASONS)) await service.call(apiKey, 'refuse', { with: name });
    const reasons = (await service.auditRows(`tool = 'refuse'`)).map(({ reason }) => reason as string);
    expect(reasons.map((reason) => reason.slice(0, 20))).toEqual([
      'upstream said: \uFFFD',
      expect.not.stringContaining('AAAAA'),
      'x'.repeat(20),
      '42',
      '{ status: 502 }',
    ]);
    expect(Math.max(...reasons.map(({ length }) => length))).toBe(512);
  });

  it('are written unchanged except for one that PostgreSQL refuses, which is written without its texts', async () => {
    const request = { id: 'r', ip: '192.0.2.1', method: 'POST', url: '/mcp', headers: {} };
    const record = auditRecord({ request, action: 'odd' }, 'success', null, 1);
    const writer = service.service.app.get(AuditWriter, { strict: false });
    for (const userAgent of ['a', 5 as never, 'b']) void writer.add({ ...record, userAgent });
    const rows = await service.auditRows(`action = 'odd'`);
    expect(rows.map(({ user_agent, metadata }) => [user_agent, metadata])).toEqual([
      ['a', {}],
      [null, { refused: true }],
      ['b', {}],
    ]);
    expect(writer.state()).toMatchObject({ dropped: 0, spooled: 0 });
  });
});
