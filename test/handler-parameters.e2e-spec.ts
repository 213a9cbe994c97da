import {
  type ArgumentMetadata,
  Body,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  Module,
  type PipeTransform,
  Scope,
  UsePipes,
} from '@nestjs/common';
import { APP_PIPE, ApplicationConfig } from '@nestjs/core';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { CurrentCall, Input } from '../src/mcp/call/parameter.decorators.js';
import type { McpCall } from '../src/mcp/call/mcp-call.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { TestService } from './support/test-service.js';

interface Said {
  text: string;
}

const seen: string[] = [];
const inputSchema = z.object({ text: z.string() });

/** Adds its name to the input, and passes everything else on. */
class MarkPipe implements PipeTransform {
  constructor(private readonly name: string) {}

  transform(value: Said | undefined, { type }: ArgumentMetadata) {
    return typeof value?.text === 'string' ? { text: `${value.text}, ${this.name} (${type})` } : value;
  }
}

/** Returns what its factory was given, after one turn of the event loop. */
const Place = createParamDecorator(async (data: string, context: ExecutionContext) => {
  await new Promise(setImmediate);
  const [given, call] = context.getArgs<[Said, McpCall]>();
  const where = `${context.getType<string>()} ${context.getClass().name}.${context.getHandler().name}`;
  return [data, where, given.text, call.target.name];
});

const Failing = createParamDecorator(() => {
  throw new Error('no tenant');
});

const met: (() => void)[] = [];

/** Waits until two of its kind were called, and returns how many have marked its context. */
const Meeting = createParamDecorator(async (_: unknown, context: ExecutionContext & { marks?: number }) => {
  context.marks = (context.marks ?? 0) + 1;
  await new Promise<void>((resolve) => {
    met.push(resolve);
    if (met.length === 2) for (const wake of met.splice(0)) wake();
  });
  return context.marks;
});

@Injectable()
class ParameterTools {
  @Tool({ name: 'param_own', description: 'Takes parameters of its own', inputSchema })
  @Scopes('chain:read')
  own(
    @Place('here') place: string[],
    @Input() { text }: Said,
    unfilled = 'default',
    @CurrentCall() call: McpCall,
  ) {
    return [...place, text, unfilled, call.target.name].join('|');
  }

  @Tool({ name: 'param_piped', description: 'Takes its input through a pipe', inputSchema })
  @Scopes('chain:read')
  piped(@Input(new MarkPipe('parameter')) { text }: Said) {
    return text;
  }

  @Tool({ name: 'param_method', description: 'Has a pipe', inputSchema })
  @Scopes('chain:read')
  @UsePipes(new MarkPipe('method'))
  method(@Input() { text }: Said) {
    return text;
  }

  @Tool({ name: 'param_rest', description: 'Takes a parameter of REST', inputSchema })
  @Scopes('chain:read')
  rest(@Body() body: unknown, @Input() { text }: Said) {
    return `${typeof body} ${text}`;
  }

  // @ts-expect-error The parameters are filled by pipes, which the compiler does not know.
  @Tool({ name: 'param_meeting', description: 'Has parameters that wait for each other', inputSchema })
  @Scopes('chain:read')
  meeting(@Meeting() first: number, @Meeting() second: number) {
    return `${first} ${second}`;
  }

  @Tool({ name: 'param_failing', description: 'Has a parameter that fails', inputSchema })
  @Scopes('chain:read')
  failing(@Failing() tenant: unknown) {
    seen.push('ran');
    return tenant;
  }
}

@Injectable()
@UsePipes(new MarkPipe('class'))
class PipedTools {
  @Tool({ name: 'param_class', description: 'Is of a class with a pipe', inputSchema })
  @Scopes('chain:read')
  inClass(@Input() { text }: Said) {
    return text;
  }
}

@Module({ providers: [ParameterTools, PipedTools] })
class ParameterModule {}

@Module({ providers: [{ provide: APP_PIPE, useValue: new MarkPipe('company') }] })
class CompanyModule {}

@Module({})
class ConfiguringModule {
  constructor(config: ApplicationConfig) {
    config.useGlobalPipes(new MarkPipe('configured'));
  }
}

describe.each([
  ['without a global pipe', [ParameterModule], ''],
  ['with a global pipe of the configuration', [ParameterModule, ConfiguringModule], ', configured (custom)'],
  ['with a global pipe of the company', [ParameterModule, CompanyModule], ', company (custom)'],
])('The parameters of a tool, %s', (_, modules, suffix) => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ modules });
    ({ apiKey: key } = await service.createKey(await service.createUser(), ['chain:read']));
  });
  afterAll(() => service.stop());

  const call = async (name: string) => (await service.call(key, name, { text: 'said' })).body.result;

  it('get the values that their factories create from the call, each in its place', async () => {
    expect((await call('param_own')).content[0].text).toBe(
      `here|mcp ParameterTools.own|said|param_own|said${suffix}|default|param_own`,
    );
  });

  it.each([
    ['its own pipes', 'param_piped', `said${suffix}, parameter (custom)`],
    ['the pipes of the method', 'param_method', `said${suffix}, method (custom)`],
    ['the pipes of the class', 'param_class', `said${suffix}, class (custom)`],
  ])('pass through %s', async (__, name, text) => {
    expect((await call(name)).content[0].text).toBe(text);
  });

  it('are undefined when they belong to REST', async () => {
    expect((await call('param_rest')).content[0].text).toBe(`undefined said${suffix}`);
  });

  it('do not wait for each other, and do not share a context', async () => {
    expect((await call('param_meeting')).content[0].text).toBe('1 1');
  });

  it('prevent the method from running when one of them fails, and leave a row', async () => {
    expect((await call('param_failing')).isError).toBe(true);
    expect(seen).toEqual([]);
    await expect(service.auditRows(`tool = 'param_failing'`)).resolves.toMatchObject([
      { outcome: 'failure', reason: 'internal_error' },
    ]);
  });
});

@Module({ providers: [{ provide: APP_PIPE, scope: Scope.REQUEST, useClass: MarkPipe }] })
class ScopedModule {}

it('A start with a request-scoped global pipe fails with an error that names the cause', async () => {
  await expect(TestService.start({ modules: [ScopedModule] })).rejects.toThrow(
    'does not support request-scoped',
  );
});
