import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Type } from '@nestjs/common';
import { transformSync } from '@swc/core';
import { TestService } from './support/test-service.js';

const ROOM = resolve(__dirname, '../src/dice');
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
    service = await TestService.start({ modules: [load(source).DiceModule!] });
  });
  afterAll(() => service.stop());

  it('is one file of at most 25 lines', () => {
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });

  it('is listed for, and answers, a key with its scope', async () => {
    const user = await service.createUser();
    const { apiKey } = await service.createKey(user, ['dice:read']);
    const list = await service.rpc(apiKey, 'tools/list');
    expect(list.body.result.tools).toMatchObject([
      {
        name: 'dice_roll',
        inputSchema: {
          type: 'object',
          properties: { sides: { type: 'integer', default: 6 } },
          additionalProperties: false,
        },
      },
      { name: 'whoami' },
    ]);
    const answer = await service.call(apiKey, 'dice_roll', { sides: 2 });
    expect(answer.body.result.structuredContent).toEqual({ rolled: expect.any(Number), for: user.email });
    expect(await service.auditRows("tool = 'dice_roll'")).toMatchObject([
      { outcome: 'success', scopes: ['dice:read'] },
    ]);
  });

  it('says what is wrong with its arguments', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['dice:read']);
    const answer = await service.call(apiKey, 'dice_roll', { sides: 1, faces: 6 });
    expect(answer.body.result.isError).toBe(true);
    expect(answer.body.result.content[0].text).toMatch(/dice_roll: .*sides.*faces/);
  });

  it('refuses a key without its scope', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    const answer = await service.call(apiKey, 'dice_roll');
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toBe('Insufficient permissions. Required scope: dice:read');
  });
});
