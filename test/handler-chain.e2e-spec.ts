import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  Module,
  type NestInterceptor,
  SetMetadata,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { EMPTY, firstValueFrom, map, NEVER, of, throwError } from 'rxjs';
import { type CallerRequest, requestOf } from '../src/access/caller.js';
import { Scopes } from '../src/access/access.decorators.js';
import { conflict } from '../src/errors/service-error.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { TestService } from './support/test-service.js';

const seen: string[] = [];

const placeOf = (context: ExecutionContext) =>
  `${context.getType<string>()} ${context.getClass().name}.${context.getHandler().name}`;

@Injectable()
class CompanyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    seen.push(placeOf(context));
    return next
      .handle()
      .pipe(map((value) => (typeof value === 'string' ? `${value}, says the company` : value)));
  }
}

@Injectable()
class FloorGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const floor = this.reflector.getAllAndOverride<number>('floor', [
      context.getHandler(),
      context.getClass(),
    ]);
    seen.push(`floor ${floor} ${placeOf(context)}`);
    return true;
  }
}

@Injectable()
class SilentInterceptor implements NestInterceptor {
  intercept() {
    return EMPTY;
  }
}

@Injectable()
class RefusingInterceptor implements NestInterceptor {
  intercept(): never {
    throw new Error('not today');
  }
}

@Injectable()
class ChainTools {
  @Tool({ name: 'chain_plain', description: 'Answers' })
  @Scopes('chain:read')
  @UseGuards(FloorGuard)
  @SetMetadata('floor', 3)
  plain() {
    return 'plain';
  }

  @Tool({ name: 'chain_stream', description: 'Answers with an observable' })
  @Scopes('chain:read')
  stream() {
    return of('first', 'last');
  }

  @Tool({ name: 'chain_vain', description: 'Waits for a value in vain' })
  @Scopes('chain:read')
  vain() {
    return firstValueFrom(EMPTY);
  }

  @Tool({ name: 'chain_later', description: 'Answers with an observable, later' })
  @Scopes('chain:read')
  async later() {
    return of('first', 'last');
  }

  @Tool({ name: 'chain_failing', description: 'Answers with an observable that fails, later' })
  @Scopes('chain:read')
  async failing() {
    return throwError(() => conflict('Not now'));
  }

  @Tool({ name: 'chain_never', description: 'Answers with an observable that has no end, later' })
  @Scopes('chain:read')
  async never() {
    return NEVER;
  }

  @Tool({ name: 'chain_silent', description: 'Is never asked' })
  @Scopes('chain:read')
  @UseInterceptors(SilentInterceptor)
  silent() {
    seen.push('ran');
    return 'never';
  }

  @Tool({ name: 'chain_refused', description: 'Is refused by its interceptor' })
  @Scopes('chain:read')
  @UseInterceptors(RefusingInterceptor)
  refused() {
    seen.push('ran');
    return 'never';
  }
}

@Module({ providers: [ChainTools] })
class ChainModule {}

@Module({ providers: [{ provide: APP_INTERCEPTOR, useClass: CompanyInterceptor }] })
class CompanyModule {}

const textOf = (body: { result: { content: { text: string }[] } }) =>
  body.result.content.map(({ text }) => text);

describe.each([
  ['without a global interceptor', [ChainModule], ''],
  ['with a global interceptor of the company', [ChainModule, CompanyModule], ', says the company'],
])('A tool that is called %s', (_, modules, suffix) => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ modules, env: { MCP_HANDLER_TIMEOUT_SECONDS: '1' } });
    ({ apiKey: key } = await service.createKey(await service.createUser(), ['chain:read', 'documents:read']));
  });
  afterAll(() => service.stop());
  beforeEach(() => void seen.splice(0));

  const call = (name: string) => service.call(key, name);
  const around = (place: string) => (suffix ? [place] : []);

  it('runs its interceptor once, around the call and not around the request that carries it', async () => {
    expect(textOf((await call('chain_plain')).body)).toEqual([`plain${suffix}`]);
    expect(seen).toEqual(['floor 3 mcp ChainTools.plain', ...around('mcp ChainTools.plain')]);
  });

  it.each(['chain_stream', 'chain_later'])('returns the first value of an observable: %s', async (name) => {
    expect(textOf((await call(name)).body)).toEqual([`first${suffix}`]);
  });

  it.each([
    ['fails', 'chain_failing', 'conflict'],
    ['has no end', 'chain_never', 'handler_timeout'],
  ])('fails with one row when the observable of an async method %s', async (__, name, reason) => {
    expect((await call(name)).body.result.isError).toBe(true);
    await expect(service.auditRows(`tool = '${name}'`)).resolves.toMatchObject([
      { outcome: 'failure', reason },
    ]);
  });

  it('does not run its method when an interceptor answers with nothing instead', async () => {
    const { status, body } = await call('chain_silent');
    expect([status, body.result.isError]).toEqual([200, undefined]);
    expect(seen).not.toContain('ran');
    await expect(service.auditRows(`tool = 'chain_silent'`)).resolves.toMatchObject([{ outcome: 'success' }]);
  });

  it('fails when the method awaits a value that never comes', async () => {
    expect((await call('chain_vain')).body.result.isError).toBe(true);
    await expect(service.auditRows(`tool = 'chain_vain'`)).resolves.toMatchObject([
      { outcome: 'failure', reason: 'internal_error' },
    ]);
  });

  it('leaves a row when an interceptor fails', async () => {
    expect((await call('chain_refused')).body.result.isError).toBe(true);
    expect(seen).not.toContain('ran');
    await expect(service.auditRows(`tool = 'chain_refused'`)).resolves.toMatchObject([
      { outcome: 'failure', reason: 'internal_error' },
    ]);
  });

  it('has the same interceptor as a REST handler', async () => {
    expect((await service.request('GET', '/api/documents', { key })).status).toBe(200);
    expect(seen).toEqual(around('http DocumentsController.list'));
  });
});

class DomainError extends Error {}

@Injectable()
class DomainGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType<string>() !== 'mcp' && requestOf(context).headers['x-refuse'])
      throw new DomainError('no');
    return true;
  }
}

/** Answers and returns nothing, as filters of REST applications do. */
@Catch(DomainError)
class DomainFilter implements ExceptionFilter {
  catch(error: DomainError, host: ArgumentsHost): void {
    if (host.switchToHttp().getRequest<CallerRequest>().headers['x-refuse'] === 'badly') throw error;
    host.switchToHttp().getResponse<FastifyReply>().code(409).send({ refused: true });
  }
}

@Module({
  providers: [
    { provide: APP_GUARD, useClass: DomainGuard },
    { provide: APP_FILTER, useClass: DomainFilter },
  ],
})
class DomainModule {}

describe('A global guard and a global filter of a project', () => {
  const rejected: unknown[] = [];
  const note = (error: unknown) => void rejected.push(error);
  let service: TestService;

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    service = await TestService.start({ modules: [DomainModule] });
  });
  afterAll(async () => {
    await service.stop();
    process.off('unhandledRejection', note);
  });

  it.each(['tools/list', 'tools/call', 'initialize'])('refuse %s on /mcp', async (method) => {
    const { status, body } = await service.rpc(
      service.adminKey,
      method,
      { name: 'whoami' },
      { 'x-refuse': 'yes' },
    );
    expect([status, body]).toEqual([409, { refused: true }]);
  });

  it('do not end the process, and reveal nothing, when the filter fails', async () => {
    const { status, text } = await service.rpc(service.adminKey, 'tools/list', {}, { 'x-refuse': 'badly' });
    expect([status, text]).toEqual([500, expect.stringContaining('Internal error')]);
    expect((await service.rpc(service.adminKey, 'tools/list')).status).toBe(200);
    expect(rejected).toEqual([]);
  });
});
