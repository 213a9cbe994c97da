import { Body, Controller, Injectable, Module, Param, Post, Query, type Type } from '@nestjs/common';
import { Type as AsClass } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { AuditMetadata } from '../src/audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../src/audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../src/audit/recording/audit-targets.decorator.js';
import { conflict } from '../src/errors/service-error.js';
import { ClientInput, CurrentCall, Input } from '../src/mcp/call/parameter.decorators.js';
import { McpCall } from '../src/mcp/call/mcp-call.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { ToWholeNumber } from '../src/validation/to-whole-number.js';
import { type AuditRow, TestService, type TestUser } from './support/test-service.js';

type Row = AuditRow & { targets: string[] };

const KEY_LIKE = `mcp_${'A'.repeat(49)}`;

const Search = z.strictObject({
  query: z.string(),
  token: z.string().optional(),
  filter: z.object({ customer: z.string(), note: z.string().optional() }).optional(),
  page: z.number().default(1),
  many: z.number().default(3),
});

@Injectable()
@AuditResource('invoice')
class InvoiceTools {
  @Tool({ name: 'invoices_search', description: 'Search', inputSchema: Search })
  @Scopes('invoices:read')
  @AuditMetadata('query', 'token', 'filter.customer', 'page')
  @AuditTargets(({ found }: { found: number[] }) => found.map(String), 'invoices')
  search(@Input() { query, many }: z.infer<typeof Search>) {
    if (query === 'broken') throw conflict('Broken');
    if (query === 'odd') return { nothing: true };
    return { found: Array.from({ length: many }, (_, index) => index + 1) };
  }

  @AuditMetadata('query')
  @Scopes('invoices:read')
  @Tool({ name: 'invoices_plain', description: 'Without decorators on its parameters', inputSchema: Search })
  plain(input: z.infer<typeof Search>) {
    return { asked: input.query };
  }

  @Tool({ name: 'invoices_delete', description: 'Delete all of a customer', inputSchema: Search })
  @Scopes('invoices:delete')
  @AuditMetadata('query')
  delete() {
    return 'gone';
  }

  @Tool({ name: 'invoices_none', description: 'Names nothing', inputSchema: Search })
  @Scopes('invoices:read')
  none() {
    return 'done';
  }

  // @ts-expect-error This handler takes its arguments from the call, which the compiler cannot know.
  @Tool({ name: 'invoices_asking', description: 'Takes the way of the SDK', inputSchema: Search })
  @Scopes('invoices:read')
  @AuditMetadata('query')
  asking(@ClientInput() ask: ClientInput, @CurrentCall() call: McpCall) {
    return { name: call.name, may: typeof ask.elicit };
  }
}

class CustomerDto {
  @IsString()
  name!: string;
}

class InvoiceDto {
  @IsString()
  title!: string;

  @IsString()
  text!: string;

  @IsOptional()
  @ValidateNested()
  @AsClass(() => CustomerDto)
  customer?: CustomerDto;
}

class DraftQuery {
  @IsOptional()
  @ToWholeNumber()
  @IsInt()
  copies?: number;
}

@Controller('api/invoices')
@AuditResource('invoice')
class InvoicesController {
  static given: unknown[] = [];

  @AuditMetadata('title', 'customer.name', 'copies', 'folder')
  @Post(':folder/draft')
  @Scopes('invoices:write')
  @AuditTargets((ids: string[]) => ids, 'invoices')
  draft(@Body() body: InvoiceDto, @Param('folder') folder: string, @Query() query: DraftQuery): string[] {
    InvoicesController.given = [body, folder, query];
    if (body.title === 'taken') throw conflict('There is one');
    return ['17'];
  }
}

@Module({ providers: [InvoiceTools], controllers: [InvoicesController] })
class InvoicesModule {}

describe('The handler of a project', () => {
  let service: TestService;
  let user: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ modules: [InvoicesModule] });
    user = await service.createUser();
    ({ apiKey: key } = await service.createKey(user, ['invoices:*']));
  });
  afterAll(() => service.stop());

  const rowsOf = async (answer: { headers: Headers }) =>
    (await service.auditRows('request_id = $1', [answer.headers.get('x-request-id')])) as Row[];
  const rowOf = async (answer: { headers: Headers }): Promise<Row> => {
    const rows = await rowsOf(answer);
    expect(rows).toHaveLength(1);
    return rows[0]!;
  };
  const search = (input: unknown, tool = 'invoices_search') => service.call(key, tool, input);

  it('has in its row the input members that it names, with their values, and no others', async () => {
    const input = { query: 'ACME', filter: { customer: 'c1', note: 'for nobody' } };
    expect(await rowOf(await search(input))).toMatchObject({
      resource: 'invoices',
      targets: ['invoices', 'invoice:1', 'invoice:2', 'invoice:3'],
      // `page` is the default of the schema, which the handler was given.
      metadata: { query: 'ACME', filter: { customer: 'c1' }, page: 1, count: 3 },
    });
  });

  it('has no secret in its row, whether it is recognised by its name or its form, and no long text', async () => {
    const { metadata } = await rowOf(
      await search({ query: `${KEY_LIKE} ${'x'.repeat(900)}`, token: 'hunter2' }),
    );
    expect(metadata.token).toBe('[redacted]');
    expect(metadata.query).toMatch(/^mcp_AAAA\.\.\. x+$/);
    expect((metadata.query as string).length).toBeLessThanOrEqual(256);
  });

  it('has its input in its row when it fails', async () => {
    expect(await rowOf(await search({ query: 'broken' }))).toMatchObject({
      outcome: 'failure',
      reason: 'conflict',
      resource: 'invoices',
      metadata: { query: 'broken' },
    });
  });

  it('has no input in its row when the input is invalid or the caller is refused', async () => {
    const invalid = await rowOf(await search({ query: 'ACME', page: 'x' }));
    expect(invalid).toMatchObject({ outcome: 'failure', reason: 'validation_failed', metadata: {} });
    const other = await service.createKey(user, ['documents:read']);
    const refused = await service.call(other.apiKey, 'invoices_search', { query: 'ACME' });
    expect(await rowOf(refused)).toMatchObject({ outcome: 'denied', metadata: {} });
  });

  it('says how many resources were found when the row does not name them all', async () => {
    const { targets, metadata } = await rowOf(await search({ query: 'all', many: 250 }));
    expect(targets).toHaveLength(101);
    expect([targets[0], targets[1], targets[100]]).toEqual(['invoices', 'invoice:1', 'invoice:100']);
    expect(metadata.count).toBe(250);
  });

  it('is answered and audited even if its targets cannot be read from its result', async () => {
    const answer = await search({ query: 'odd' });
    expect(answer.body.result.structuredContent).toEqual({ nothing: true });
    expect(await rowOf(answer)).toMatchObject({
      outcome: 'success',
      targets: ['invoices'],
      metadata: { query: 'odd', page: 1 },
    });
  });

  it('without parameter decorators gets its arguments, and has them in its row', async () => {
    const answer = await search({ query: 'plain' }, 'invoices_plain');
    expect(answer.body.result.structuredContent).toEqual({ asked: 'plain' });
    expect((await rowOf(answer)).metadata).toEqual({ query: 'plain' });
  });

  it('that the SDK serves has its input in its row as well', async () => {
    expect((await rowOf(await search({ query: 'sdk' }, 'invoices_asking'))).metadata).toEqual({
      query: 'sdk',
    });
  });

  it('that names no members has no input in its row', async () => {
    expect((await rowOf(await search({ query: 'x' }, 'invoices_none'))).metadata).toEqual({});
  });

  it('with an elevated scope has its input in its intent row as well, which may be the only row that is written', async () => {
    const [intent, outcome] = await rowsOf(await search({ query: 'ACME' }, 'invoices_delete'));
    expect(intent).toMatchObject({ outcome: 'pending', metadata: { query: 'ACME' } });
    expect(outcome!.metadata).toEqual({ query: 'ACME', intent: intent!.id });
    const [empty, failure] = await rowsOf(await search({ query: 5 }, 'invoices_delete'));
    expect(empty).toMatchObject({ outcome: 'pending', metadata: {} });
    expect(failure).toMatchObject({ reason: 'validation_failed', metadata: { intent: empty!.id } });
  });

  it('with an elevated scope has no input in its row when its caller has lost that scope meanwhile', async () => {
    const other = await service.createKey(user, ['invoices:delete']);
    expect((await search({ query: 'first' }, 'invoices_delete')).status).toBe(200);
    expect((await service.call(other.apiKey, 'invoices_delete', { query: 'first' })).status).toBe(200);
    // Another process changes the key, of which this one still has the old data.
    await service.query(`UPDATE api_keys SET scopes = '{documents:read}' WHERE id = $1`, [other.id]);
    const refused = await service.call(other.apiKey, 'invoices_delete', { query: 'ACME' });
    expect(refused.status).toBe(403);
    expect(await rowOf(refused)).toMatchObject({ outcome: 'denied', metadata: {} });
  });

  describe('over REST', () => {
    const draft = (body: unknown, query = '?copies=2') =>
      service.request('POST', `/api/invoices/q3/draft${query}`, { key, body });
    const invoice = { title: 'March', text: 'Long', customer: { name: 'ACME' } };

    it('has in its row the members of body, query and path that it names', async () => {
      const answer = await draft(invoice);
      expect([answer.status, answer.body]).toEqual([201, ['17']]);
      expect(InvoicesController.given).toEqual([invoice, 'q3', { copies: 2 }]);
      expect(await rowOf(answer)).toMatchObject({
        action: 'invoice.draft',
        resource: 'invoices',
        targets: ['invoices', 'invoice:17'],
        metadata: { title: 'March', customer: { name: 'ACME' }, copies: 2, folder: 'q3', count: 1 },
      });
    });

    it('has them when it fails, and none when the input is invalid', async () => {
      const failed = await rowOf(await draft({ ...invoice, title: 'taken' }));
      expect(failed).toMatchObject({ reason: 'conflict', metadata: { title: 'taken', folder: 'q3' } });
      const invalid = await rowOf(await draft({ ...invoice, text: 5 }));
      expect(invalid).toMatchObject({ reason: 'validation_failed', metadata: {} });
    });
  });
});

describe('AUDIT_CALL_METADATA=false', () => {
  it('keeps the input of handlers out of the rows, which still say what was found', async () => {
    const service = await TestService.start({
      modules: [InvoicesModule],
      env: { AUDIT_CALL_METADATA: 'false' },
    });
    try {
      await service.call(service.adminKey, 'invoices_search', { query: 'ACME' });
      await service.request('POST', '/api/documents', {
        key: service.adminKey,
        body: { title: 'T', content: 'C' },
      });
      const rows = await service.auditRows(`tool = 'invoices_search' OR action = 'document.create'`);
      expect(rows.map(({ metadata }) => metadata)).toEqual([{ count: 3 }, {}]);
    } finally {
      await service.stop();
    }
  });
});

@Injectable()
class MisnamingTools {
  @Tool({ name: 'misnaming', description: 'Names what there is not', inputSchema: Search })
  @Scopes('invoices:read')
  @AuditMetadata('query', 'quarry', 'filter.costumer')
  run() {
    return 'done';
  }
}

@Controller('api/misnaming')
class MisnamingController {
  @Post()
  @Scopes('invoices:read')
  @AuditMetadata('title', 'tilte')
  run(@Body() { title }: InvoiceDto): string {
    return title;
  }
}

@Controller('api/inputless')
class InputlessController {
  @Post()
  @Scopes('invoices:read')
  @AuditMetadata('title')
  run(): string {
    return 'done';
  }
}

@Module({ providers: [MisnamingTools] })
class MisnamingToolsModule {}

@Module({ controllers: [MisnamingController] })
class MisnamingRoutesModule {}

@Module({ controllers: [InputlessController] })
class InputlessModule {}

describe('A name that the input does not have', () => {
  it.each<[string, Type, string]>([
    [
      'a tool',
      MisnamingToolsModule,
      "The tool misnaming: its input has no 'quarry', 'filter.costumer', which @AuditMetadata names",
    ],
    [
      'a route',
      MisnamingRoutesModule,
      "The route MisnamingController.run: its input has no 'tilte', which @AuditMetadata names",
    ],
    [
      'a route without input',
      InputlessModule,
      "The route InputlessController.run: its input has no 'title', which @AuditMetadata names",
    ],
  ])('is an error at start, on %s', async (_, module, message) => {
    await expect(TestService.start({ modules: [module] })).rejects.toThrow(message);
  });
});
