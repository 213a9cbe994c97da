import { type CanActivate, Injectable, Module, UseGuards } from '@nestjs/common';
import { IsInt, IsOptional, IsString, Max } from 'class-validator';
import * as z from 'zod';
import { CurrentCaller, Scopes } from '../../src/access/access.decorators.js';
import type { Caller } from '../../src/access/caller.js';
import { conflict, notFound, ServiceError } from '../../src/errors/service-error.js';
import { Input } from '../../src/mcp/call/parameter.decorators.js';
import { Complete } from '../../src/mcp/decorators/complete.decorator.js';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { Resource, ResourceTemplate } from '../../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';

class Never implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

class Busy implements CanActivate {
  canActivate(): never {
    throw new ServiceError('rate_limited', 'Too many calls of this tool', {
      headers: { 'Retry-After': '7' },
      data: { retryAfterSeconds: 7 },
    });
  }
}

class TwinDto {
  @IsString()
  text!: string;

  @IsOptional()
  @IsInt()
  @Max(10)
  n?: number;
}

const Sum = z.object({ a: z.number(), b: z.number().default(1) });

/** Has handlers of every kind and outcome, whose answers depend only on the request. */
@Injectable()
class TwinHandlers {
  @Tool({ name: 'twin_text', description: 'A text' })
  @Scopes('twin:read')
  text() {
    return 'Grüße, "world"\u2028';
  }

  @Tool({
    name: 'twin_sum',
    description: 'A sum',
    inputSchema: Sum,
    outputSchema: z.object({ sum: z.number() }),
  })
  @Scopes('twin:read')
  sum(@Input() { a, b }: z.infer<typeof Sum>) {
    return { sum: a + b };
  }

  @Tool({ name: 'twin_dto', description: 'Its input, and whose call it is' })
  @Scopes('twin:read')
  dto(@Input() { text, n }: TwinDto, @CurrentCaller() { userId }: Caller) {
    return { text, n, userId, at: new Date(0), nothing: undefined, none: null };
  }

  @Tool({ name: 'twin_blocks', description: 'Content blocks' })
  @Scopes('twin:read')
  blocks() {
    return [
      { type: 'text', text: 'one', annotations: { audience: ['user'], priority: 1 }, _meta: { own: 1 } },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'resource_link', uri: 'twin://text', name: 'text' },
      { type: 'resource', resource: { uri: 'twin://text', text: 'within' } },
    ];
  }

  @Tool({ name: 'twin_result', description: 'A whole result' })
  @Scopes('twin:read')
  result() {
    return { content: [{ type: 'text', text: 'no' }], isError: true, _meta: { own: { deep: [1] } } };
  }

  @Tool({ name: 'twin_list', description: 'A list' })
  @Scopes('twin:read')
  list() {
    return [1, 'two', null];
  }

  @Tool({ name: 'twin_nothing', description: 'Nothing' })
  @Scopes('twin:read')
  nothing() {}

  @Tool({ name: 'twin_wrong_block', description: 'A block that is none' })
  @Scopes('twin:read')
  wrongBlock() {
    return [{ type: 'text' }];
  }

  @Tool({ name: 'twin_conflict', description: 'Fails as it says' })
  @Scopes('twin:write')
  conflict(): never {
    throw conflict('Somebody was here before');
  }

  @Tool({ name: 'twin_crash', description: 'Fails unexpectedly' })
  @Scopes('twin:write')
  crash(): never {
    throw new Error('password=hunter2');
  }

  @Tool({ name: 'twin_guarded', description: 'Its own guard lets nobody in' })
  @Scopes('twin:read')
  @UseGuards(Never)
  guarded() {
    return 'never';
  }

  @Tool({ name: 'twin_busy', description: 'Has a limit of its own' })
  @Scopes('twin:read')
  @UseGuards(Busy)
  busy() {
    return 'never';
  }

  @Tool({
    name: 'twin_header',
    description: 'Its argument is a header, too',
    inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
  })
  @Scopes('twin:read')
  header(@Input() { region }: { region: string }) {
    return region;
  }

  @Resource({ name: 'text', uri: 'twin://text' })
  @Scopes('twin:read')
  textResource() {
    return 'A text';
  }

  @Resource({ name: 'bytes', uri: 'twin://bytes', mimeType: 'image/png' })
  @Scopes('twin:write')
  bytes() {
    return Buffer.from([0, 1, 2, 255]);
  }

  @ResourceTemplate({ name: 'item', uriTemplate: 'twin://items/{id}' })
  @Scopes('twin:read')
  item(@Input() { id }: { id: string }) {
    if (id === 'gone') throw notFound('Item');
    if (id === 'crash') throw new Error('password=hunter2');
    return { id };
  }

  @Resource({ name: 'guarded', uri: 'twin://guarded' })
  @Scopes('twin:read')
  @UseGuards(Never)
  guardedResource() {
    return 'never';
  }

  @Prompt({ name: 'twin_greet', description: 'A greeting', argsSchema: z.object({ who: z.string() }) })
  @Scopes('twin:read')
  greet(@Input() { who }: { who: string }) {
    return `Greet ${who}`;
  }

  @Prompt({ name: 'twin_plain' })
  @Scopes('twin:write')
  plain() {
    return [{ role: 'assistant', content: { type: 'text', text: 'Hello' } }];
  }

  @Complete({ prompt: 'twin_greet', argument: 'who' })
  @Scopes('twin:read')
  complete(@Input() { value }: { value: string }) {
    return ['Ada', 'Alan', 'Bob'].filter((name) => name.startsWith(value));
  }
}

@Module({ providers: [TwinHandlers] })
export class TwinModule {}
