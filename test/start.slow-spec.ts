import { Body, Controller, Get, Injectable, Logger, Module, Param, Post, type Type } from '@nestjs/common';
import { IsString } from 'class-validator';
import * as z from 'zod';
import { Authenticated, CurrentCaller, Scopes } from '../src/access/access.decorators.js';
import type { Caller } from '../src/access/caller.js';
import { Input } from '../src/mcp/call/parameter.decorators.js';
import { Prompt } from '../src/mcp/decorators/prompt.decorator.js';
import { ResourceTemplate } from '../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { TestService } from './support/test-service.js';

class PlainDto {
  text!: string;
}

class CheckedDto {
  @IsString()
  text!: string;
}

interface Shape {
  text: string;
}

const tool = (more = {}) => Tool({ name: 'start', description: 'Starts, or not', ...more });
const schema = z.object({ text: z.string() });

/** Makes a module for each class, with the provider in it. */
function moduleOf(provider: Type, controllers: Type[] = []): Type {
  @Module({ providers: [provider], controllers })
  class StartModule {}
  return StartModule;
}

function undescribed(): [title: string, provider: Type, message: RegExp][] {
  class WithoutValidators {
    @tool()
    @Scopes('start:read')
    run(@Input() { text }: PlainDto) {
      return text;
    }
  }
  class WithInterface {
    @tool()
    @Scopes('start:read')
    run(@Input() { text }: Shape) {
      return text;
    }
  }
  class WithoutInput {
    @tool()
    @Scopes('start:read')
    run({ text }: CheckedDto, @CurrentCaller() caller: Caller) {
      return text + caller.userId;
    }
  }
  class SchemaWithoutInput {
    @tool({ inputSchema: schema })
    @Scopes('start:read')
    run({ text }: Shape, @CurrentCaller() caller: Caller) {
      return text + caller.userId;
    }
  }
  class Bare {
    @tool()
    @Scopes('start:read')
    run({ text }: Shape) {
      return text;
    }
  }
  class OfPrompt {
    @Prompt({ name: 'start' })
    @Scopes('start:read')
    run(@Input() { text }: Shape) {
      return text;
    }
  }
  class OfTemplate {
    @ResourceTemplate({ name: 'start', uriTemplate: 'start://{text}' })
    @Scopes('start:read')
    run(@Input() { text }: PlainDto) {
      return text;
    }
  }
  return [
    [
      'a DTO without validators',
      WithoutValidators,
      /tool start: the input of WithoutValidators\.run is a PlainDto/,
    ],
    ['an interface', WithInterface, /tool start: the input of WithInterface\.run has a type that is gone/],
    ['no @Input()', WithoutInput, /tool start: the input of WithoutInput\.run has no @Input\(\)/],
    ['a schema, but no @Input()', SchemaWithoutInput, /SchemaWithoutInput\.run has no @Input\(\)/],
    ['no decorator and an interface', Bare, /tool start: the input of Bare\.run has a type that is gone/],
    ['an interface for a prompt', OfPrompt, /prompt start: the input of OfPrompt\.run .* argsSchema/],
    [
      'a DTO without validators for a template',
      OfTemplate,
      /template start:\/\/\{text\}: the input of OfTemplate\.run/,
    ],
  ];
}

describe('The start of the service', () => {
  it.each(undescribed())('fails when nothing describes the input: %s', async (_, provider, message) => {
    await expect(TestService.start({ modules: [moduleOf(provider)] })).rejects.toThrow(message);
  });

  it('accepts inputs that are described, and handlers without any', async () => {
    @Injectable()
    class Described {
      @Tool({ name: 'dto', description: 'A DTO' })
      @Scopes('start:read')
      dto({ text }: CheckedDto) {
        return text;
      }

      @Tool({ name: 'schema', description: 'A schema', inputSchema: schema })
      @Scopes('start:read')
      schema({ text }: Shape) {
        return text;
      }

      @Tool({ name: 'nothing', description: 'Nothing' })
      @Scopes('start:read')
      nothing() {
        return 'nothing';
      }

      @Tool({ name: 'caller', description: 'The caller alone' })
      @Scopes('start:read')
      caller(@CurrentCaller() { userId }: Caller) {
        return userId;
      }

      @ResourceTemplate({ name: 'start', uriTemplate: 'start://{text}' })
      @Scopes('start:read')
      template(@Input() { text }: Shape) {
        return text;
      }
    }
    const modules = [moduleOf(Described)];
    const service = await TestService.start({ modules });
    const { apiKey } = await service.createKey(await service.createUser(), ['start:read']);
    for (const name of ['dto', 'schema']) {
      const { result } = (await service.call(apiKey, name, { text: 'a' })).body;
      expect(result.content).toEqual([{ type: 'text', text: 'a' }]);
    }
    await service.stop();
    // Metadata that a first start has added to the classes does not affect a second one.
    await (await TestService.start({ modules })).stop();
  });

  it('warns of each handler that refuses everybody, by its class and method', async () => {
    class Undeclared {
      @tool()
      run() {
        return 'never';
      }
    }
    @Controller('api/undeclared')
    class UndeclaredController {
      @Get()
      list() {
        return [];
      }

      @Get('declared')
      @Authenticated()
      declared() {
        return [];
      }
    }
    const warned: string[] = [];
    const spy = jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((text: string) => void warned.push(text));
    const service = await TestService.start({ modules: [moduleOf(Undeclared, [UndeclaredController])] });
    spy.mockRestore();
    expect(warned.filter((text) => text.includes('declares no scopes')).sort()).toEqual([
      'The handler UndeclaredController.list declares no scopes: nobody can use it. Add @Scopes(...), @Authenticated() or @Public()',
      'The tool start (Undeclared.run) declares no scopes: nobody can use it. Add @Scopes(...), @Authenticated() or @Public()',
    ]);
    expect((await service.request('GET', '/api/undeclared', { key: service.adminKey })).status).toBe(403);
    await service.stop();
  });

  it('accepts two controllers and two DTOs of one name', async () => {
    const other = () => {
      class ThingDto {
        @IsString()
        other!: string;
      }
      @Controller('api/other-things')
      class ThingsController {
        @Get(':id')
        @Scopes('other:read')
        get(@Param('id') id: string) {
          return { other: id };
        }

        @Post()
        @Scopes('other:write')
        create(@Body() body: ThingDto) {
          return body;
        }
      }
      return ThingsController;
    };
    class ThingDto {
      @IsString()
      own!: string;
    }
    @Controller('api/things')
    class ThingsController {
      @Get(':id')
      @Scopes('things:read')
      get(@Param('id') id: string) {
        return { own: id };
      }

      @Post()
      @Scopes('things:write')
      create(@Body() body: ThingDto) {
        return body;
      }
    }
    @Controller('api/more-documents')
    class DocumentsController {
      @Get()
      @Scopes('more:read')
      list() {
        return [];
      }
    }
    class None {}
    const modules = [moduleOf(None, [ThingsController, DocumentsController]), moduleOf(None, [other()])];
    const service = await TestService.start({ modules });
    const { paths, components } = (await service.request('GET', '/docs/openapi.json')).body;
    expect(paths['/api/things/{id}'].get).toMatchObject({
      operationId: 'ThingsController.get',
      'x-required-scopes': ['things:read'],
    });
    expect(paths['/api/other-things/{id}'].get).toMatchObject({
      operationId: 'ThingsController_2.get',
      'x-required-scopes': ['other:read'],
    });
    expect(paths['/api/more-documents'].get).toMatchObject({
      operationId: 'DocumentsController_2.list',
      'x-required-scopes': ['more:read'],
    });
    const bodyOf = (path: string) => {
      const { $ref } = paths[path].post.requestBody.content['application/json'].schema;
      return Object.keys(components.schemas[$ref.split('/').at(-1)].properties);
    };
    expect([bodyOf('/api/things'), bodyOf('/api/other-things')]).toEqual([['own'], ['other']]);
    const key = service.adminKey;
    expect((await service.request('GET', '/api/things/1', { key })).body).toEqual({ own: '1' });
    expect((await service.request('GET', '/api/other-things/1', { key })).body).toEqual({ other: '1' });
    await service.stop();
  });
});
