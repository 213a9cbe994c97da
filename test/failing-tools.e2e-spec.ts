import {
  BadRequestException,
  Controller,
  ForbiddenException,
  Get,
  Injectable,
  Module,
  Param,
  UnauthorizedException,
} from '@nestjs/common';
import { Authenticated, Scopes } from '../src/access/access.decorators.js';
import { ServiceError } from '../src/errors/service-error.js';
import { Input } from '../src/mcp/call/parameter.decorators.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import * as z from 'zod';
import { LocalStdio } from './support/stdio.js';
import { TestService } from './support/test-service.js';
import { type WayIn, WAYS_IN, waysIn } from './support/ways-in.js';

const SECRET = 'dsn=postgres://u:SECRET@db';
const circle: Record<string, unknown> = {};
circle.self = circle;

const foreign = (more: object) => Object.assign(new Error(SECRET), more);
/** Is a `ServiceError` in name only. Code that trusts its members fails. */
const impostor = () => Object.create(ServiceError.prototype) as ServiceError;

/** Lists what handlers throw, by name. */
const THROWN: Record<string, () => unknown> = {
  statusCode: () => foreign({ statusCode: 401 }),
  status: () => foreign({ status: 403 }),
  axios: () => foreign({ isAxiosError: true, status: 404, response: { status: 404, data: SECRET } }),
  expose: () => foreign({ statusCode: 400, expose: true, code: 'EWHATEVER' }),
  reset: () => foreign({ statusCode: 400, code: 'EPIPEX' }),
  header: () => new ServiceError('forbidden', SECRET, { headers: { 'X-Why': 'a\r\nSet-Cookie: b=c' } }),
  headerName: () => new ServiceError('forbidden', SECRET, { headers: { 'X Why': 'a' } }),
  circle: () => new ServiceError('conflict', SECRET, { data: { circle } }),
  bigint: () => new ServiceError('forbidden', SECRET, { data: { n: 1n } }),
  impostor,
  changed: () =>
    Object.defineProperty(new ServiceError('conflict', SECRET), 'message', {
      get: () => {
        throw new Error(SECRET);
      },
    }),
  nothing: () => undefined,
  text: () => SECRET,
  proxy: () =>
    new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error(SECRET);
        },
      },
    ),
};

const Which = z.object({ which: z.string() });

@Injectable()
class FailingTools {
  @Tool({ name: 'fail', description: 'Fails', inputSchema: Which })
  @Scopes('failing:read')
  fail(@Input() { which }: z.infer<typeof Which>) {
    throw THROWN[which]!();
  }

  @Tool({ name: 'refuse', description: 'Refuses as Nest does', inputSchema: Which })
  @Scopes('failing:read')
  refuse(@Input() { which }: z.infer<typeof Which>) {
    if (which === '400') throw new BadRequestException('Not so');
    if (which === '401') throw new UnauthorizedException('Not you');
    throw new ForbiddenException('Not here');
  }
}

@Controller('api/failing')
@Authenticated()
class FailingController {
  @Get(':which')
  fail(@Param('which') which: string) {
    throw THROWN[which]!();
  }

  @Get('audited/:which')
  @Scopes('failing:read')
  audited(@Param('which') which: string) {
    throw THROWN[which]!();
  }
}

@Module({ providers: [FailingTools], controllers: [FailingController] })
class FailingModule {}

describe('A tool that fails', () => {
  let service: TestService;
  let stdio: LocalStdio;
  let key: string;
  let ways: Record<(typeof WAYS_IN)[number], WayIn>;

  beforeAll(async () => {
    service = await TestService.start({ modules: [FailingModule], env: { MCP_SESSIONS_PER_USER: '500' } });
    key = (await service.createKey(await service.createUser({ tier: 'unlimited' }), ['failing:read'])).apiKey;
    stdio = await LocalStdio.start(service, key, { modules: [FailingModule] });
    ways = waysIn(service, stdio, key);
  });
  afterAll(async () => {
    await stdio.stop();
    await service.stop();
  });

  describe.each(WAYS_IN)('and is called %s', (way) => {
    it.each(Object.keys(THROWN))(
      'with %s reveals nothing of the failure, and its row says internal_error',
      async (which) => {
        const before = (await service.auditRows("tool = 'fail'")).length;
        const { status = 200, result } = await ways[way]('fail', { which });
        expect(status).toBe(200);
        expect(result).toMatchObject({
          isError: true,
          content: [{ type: 'text', text: expect.stringMatching(/^Internal error \(request /) }],
          _meta: { 'bouncer/error': { code: 'internal_error' } },
        });
        expect(JSON.stringify(result)).not.toContain('SECRET');
        // Over stdio another process writes the row.
        if (way === 'over stdio') return;
        const rows = await service.auditRows("tool = 'fail'");
        expect(rows.slice(before)).toMatchObject([{ outcome: 'failure', reason: 'internal_error' }]);
      },
    );

    it('with an exception of Nest shows its message, and leaves one row', async () => {
      const before = (await service.auditRows("tool = 'refuse'")).length;
      expect((await ways[way]('refuse', { which: '400' })).result).toMatchObject({
        isError: true,
        content: [{ text: 'Not so' }],
        _meta: { 'bouncer/error': { code: 'bad_request' } },
      });
      expect((await ways[way]('refuse', { which: '403' })).error).toMatchObject({
        message: 'Not here',
        data: { code: 'forbidden' },
      });
      // A client discards its key at `invalid_api_key`, so only the check of the key may return that code.
      expect((await ways[way]('refuse', { which: '401' })).error).toMatchObject({
        message: 'Not you',
        data: { code: 'forbidden' },
      });
      if (way !== 'over stdio')
        expect(
          (await service.auditRows("tool = 'refuse'"))
            .slice(before)
            .map(({ outcome, reason }) => [outcome, reason]),
        ).toEqual([
          ['failure', 'bad_request'],
          ['denied', 'forbidden'],
          ['denied', 'forbidden'],
        ]);
    });
  });

  it.each(Object.keys(THROWN).flatMap((which) => [which, `audited/${which}`]))(
    'answers 500 with no text on REST: %s',
    async (which) => {
      const { status, body, text, headers } = await service.request('GET', `/api/failing/${which}`, { key });
      expect({ status, body }).toMatchObject({
        status: 500,
        body: { code: 'internal_error', detail: 'Internal error' },
      });
      expect(text).not.toContain('SECRET');
      expect(headers.get('set-cookie')).toBeNull();
    },
  );

  it('does not affect later calls', async () => {
    for (const way of WAYS_IN)
      expect((await ways[way]('refuse', { which: '400' })).result.isError).toBe(true);
  });
});
