import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { IsString } from 'class-validator';
import * as z from 'zod';
import * as own from '../src/index.js';
import { ENVELOPE } from './support/envelope.js';
import { TestService } from './support/test-service.js';

const ROOT = resolve(__dirname, '..');

/** A plain error that has every member of a ServiceError. */
const imitation = () =>
  Object.assign(new Error('dsn=postgres://u:secret@db'), {
    name: 'ServiceError',
    code: 'conflict',
    status: 409,
    options: { headers: {}, data: {} },
  });

/** Loads what a dependency of a project brings: handlers that were written for its own copy of the package. */
function dependencyOf({ ClientInput, Input, Public, Scopes, ServiceError, Tool, notFound }: typeof own) {
  class NameDto {
    @IsString()
    name!: string;
  }

  /** Makes a ServiceError of that copy with parts that no ServiceError has. */
  const spoiled = (parts: Record<string, unknown>) =>
    Object.create(
      Object.create(Error.prototype, Object.getOwnPropertyDescriptors(ServiceError.prototype)) as object,
      Object.getOwnPropertyDescriptors(Object.assign(new Error('secret'), parts)),
    ) as Error;

  const FAILURES: Record<string, () => unknown> = {
    conflict: () =>
      new ServiceError('conflict', 'Sent already', { headers: { 'X-Sent': 'yes' }, data: { sentAt: 'May' } }),
    forbidden: () => new ServiceError('forbidden', 'Not yours', { reason: 'foreign_invoice' }),
    imitation,
    'an object without a constructor': () => spoiled({ code: 'conflict', status: 409, options: {} }),
    'a code that is none': () => branded({ code: 'secret', status: 409, options: {} }),
    'a header with a line break': () =>
      branded({ code: 'conflict', status: 409, options: { headers: { 'X-A': 'a\r\nX-B: b' } } }),
    'a status of success': () => branded({ code: 'conflict', status: 200, options: {} }),
    'data that throws': () =>
      branded({
        code: 'conflict',
        status: 409,
        options: {
          get data() {
            throw new Error('secret');
          },
        },
      }),
  };

  /** Makes an error with the brand of the package and unchecked parts. */
  function branded(parts: Record<string, unknown>): Error {
    const error = Object.assign(new Error('secret'), parts);
    for (const brand of Object.getOwnPropertySymbols(ServiceError.prototype))
      Object.defineProperty(error, brand, { value: true });
    return error;
  }

  @Injectable()
  class CopiedTools {
    @Tool({ name: 'copied_fail', description: 'Fails' })
    @Scopes('copied:read')
    fail(@Input() { name }: NameDto) {
      throw FAILURES[name]!() as Error;
    }

    @Tool({ name: 'copied_greet', description: 'Greets' })
    @Scopes('copied:read')
    greet(@Input() input: NameDto) {
      return { hello: input.name, checked: input instanceof NameDto };
    }

    @Tool({ name: 'copied_ask', description: 'Asks the person' })
    @Scopes('copied:read')
    async ask(@ClientInput() input: own.ClientInput) {
      const requestedSchema = z.object({ city: z.string() });
      const { content } = await input.elicit('city', { message: 'Where?', requestedSchema });
      return { content };
    }
  }

  @Controller('api/copied')
  class CopiedController {
    @Get()
    @Public()
    get() {
      throw notFound('Copied');
    }
  }

  @Module({ controllers: [CopiedController], providers: [CopiedTools] })
  class CopiedModule {}
  return { CopiedModule, FAILURES };
}

describe('A dependency that brings its own copy of the package', () => {
  let folder: string;
  let copy: typeof own;
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bouncer-copy-'));
    await cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    await cp(join(ROOT, 'package.json'), join(folder, 'package.json'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    copy = (await import(join(folder, 'dist/index.js'))) as typeof own;
    service = await TestService.start({ modules: [dependencyOf(copy).CopiedModule] });
    key = (await service.createKey(await service.createUser(), ['copied:read'])).apiKey;
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  const fail = async (name: string) => {
    const answer = await service.call(key, 'copied_fail', { name });
    const { error, result } = answer.body;
    const told = error?.data ?? result._meta['bouncer/error'];
    return { told, answer, rows: await service.auditRows('request_id = $1', [told.requestId]) };
  };

  it('has other classes', () => {
    expect(copy.ServiceError).not.toBe(own.ServiceError);
  });

  it('gets the input of its tools checked by its own class', async () => {
    const { body } = await service.call(key, 'copied_greet', { name: 'Ada' });
    expect(body.result.structuredContent).toEqual({ hello: 'Ada', checked: true });
    expect((await service.call(key, 'copied_greet', { name: 1 })).text).toContain('validation_failed');
    const { tools } = (await service.rpc(key, 'tools/list')).body.result;
    expect(tools).toContainEqual(
      expect.objectContaining({
        name: 'copied_greet',
        inputSchema: expect.objectContaining({ properties: { name: { type: 'string' } } }),
      }),
    );
  });

  it('refuses with its ServiceError like with ours, and leaves one row', async () => {
    const { told, answer, rows } = await fail('conflict');
    expect(told).toMatchObject({ code: 'conflict', sentAt: 'May' });
    expect(answer.text).toContain('Sent already');
    expect(rows).toMatchObject([{ outcome: 'failure', reason: 'conflict' }]);
    const denied = await fail('forbidden');
    expect(denied.told.code).toBe('forbidden');
    expect(denied.rows).toMatchObject([{ outcome: 'denied', reason: 'foreign_invoice' }]);
  });

  it('refuses on its REST routes in the same way', async () => {
    const answer = await service.request('GET', '/api/copied');
    expect([answer.status, answer.body]).toEqual([
      404,
      expect.objectContaining({ code: 'not_found', detail: 'Copied not found' }),
    ]);
  });

  it.each([
    'imitation',
    'an object without a constructor',
    'a code that is none',
    'a header with a line break',
    'a status of success',
    'data that throws',
  ])('cannot answer with %s, which becomes an internal error', async (name) => {
    const { told, answer, rows } = await fail(name);
    expect(told.code).toBe('internal_error');
    expect(answer.text).not.toContain('secret');
    expect(rows).toMatchObject([{ outcome: 'failure', reason: 'internal_error' }]);
  });

  it('can ask the client for input', async () => {
    const headers = {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'copied_ask',
    };
    const params = { name: 'copied_ask', arguments: {}, _meta: withElicitation(ENVELOPE) };
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
    const answer = await service.request('POST', '/mcp', { key, headers, body });
    expect(answer.text).toContain('Where?');
  });
});

const withElicitation = (envelope: Record<string, unknown>) => ({
  ...envelope,
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
});
