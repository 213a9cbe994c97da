import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Type } from '@nestjs/common';
import { transformSync } from '@swc/core';
import { TestService } from './support/test-service.js';

const ROOM = resolve(__dirname, '../src/clock');
const guide = readFileSync(resolve(__dirname, '../CONTRIBUTING.md'), 'utf8');
const source = /```ts\n([\s\S]*?)```/.exec(guide)![1]!;

/** Runs the guide's file as if it stood in its room. */
function load(code: string): Record<string, Type> {
  const { code: compiled } = transformSync(code, {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
    },
    module: { type: 'commonjs' },
  });
  const exports = {};
  const load = (id: string): unknown =>
    require(id.startsWith('.') ? join(ROOM, id).replace(/\.js$/, '') : id);
  // oxlint-disable-next-line typescript/no-implied-eval -- the guide's own code is what is tested
  new Function('require', 'exports', compiled)(load, exports);
  return exports;
}

describe('The tool that CONTRIBUTING shows', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ modules: [load(source).ClockModule!] });
  });
  afterAll(() => service.stop());

  it('is one file of at most 25 lines', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });

  it('is listed for, and answers, a key with its scope', async () => {
    const user = await service.createUser();
    const { apiKey } = await service.createKey(user, ['clock:read']);
    const list = await service.rpc(apiKey, 'tools/list');
    expect(list.body.result.tools).toMatchObject([
      {
        name: 'clock_now',
        inputSchema: { type: 'object', properties: { timeZone: { type: 'string', default: 'UTC' } } },
      },
      { name: 'whoami' },
    ]);
    const answer = await service.call(apiKey, 'clock_now', { timeZone: 'Europe/Oslo' });
    expect(answer.body.result.content[0].text).toContain(user.email);
    expect(await service.auditRows("tool = 'clock_now'")).toMatchObject([
      { outcome: 'success', scopes: ['clock:read'] },
    ]);
  });

  it('refuses a key without its scope', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    const answer = await service.call(apiKey, 'clock_now');
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toBe('Insufficient permissions. Required scope: clock:read');
  });
});
