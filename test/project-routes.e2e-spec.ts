import { Body, Controller, Get, Module, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { IsString, Length } from 'class-validator';
import * as z from 'zod';
import { answerSchema, ApiRoute, conflict, forbidden, Scopes } from '../src/index.js';
import { TestService } from './support/test-service.js';

const ID = '019a0000-0000-7000-8000-000000000000';

const ledgerSchema = answerSchema('Ledger', () => z.object({ id: z.uuid(), title: z.string() }), {
  id: ID,
  title: 'May',
});
type Ledger = z.infer<typeof ledgerSchema>;

class CreateLedgerDto {
  @IsString()
  @Length(1, 20)
  title!: string;
}

@Controller('api/ledgers')
class LedgersController {
  @Get(':id')
  @Scopes('ledgers:read')
  @ApiRoute({ summary: 'A ledger', answer: ledgerSchema })
  get(@Param('id', ParseUUIDPipe) id: string): Ledger {
    if (id !== ID) throw forbidden('Another user keeps this ledger');
    return { id, title: 'May' };
  }

  @Post()
  @Scopes('ledgers:write')
  @ApiRoute({ summary: 'Open a ledger', answer: ledgerSchema, body: { title: 'May' }, errors: ['conflict'] })
  create(@Body() { title }: CreateLedgerDto): Ledger {
    if (title === 'May') throw conflict('May is open already');
    return { id: ID, title };
  }
}

@Module({ controllers: [LedgersController] })
class LedgersModule {}

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
