import { Readable } from 'node:stream';
import { Injectable, Logger, Module } from '@nestjs/common';
import * as z from 'zod';
import { Scopes } from '../src/access/access.decorators.js';
import { Input } from '../src/mcp/call/parameter.decorators.js';
import { Complete } from '../src/mcp/decorators/complete.decorator.js';
import { Prompt } from '../src/mcp/decorators/prompt.decorator.js';
import { Resource } from '../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { LocalStdio } from './support/stdio.js';
import { TestService } from './support/test-service.js';
import { type WayIn, WAYS_IN, waysIn } from './support/ways-in.js';

const text = (more: object) => [{ type: 'text', text: 'a', ...more }];
const circle: Record<string, unknown> = {};
circle.self = circle;

/** Returns a value with a member that exists for the first `times` reads. */
function late(times: number): object {
  let reads = 0;
  return {
    get member() {
      if (reads++ >= times) throw new Error('SECRET');
      return 'a';
    },
  };
}

/** Lists returned values that JSON drops or changes. */
const LOST: Record<string, () => unknown> = {
  bigint: () => 1n,
  'bigint in a member': () => ({ n: 1n }),
  'bigint in a block': () => text({ _meta: { n: 1n } }),
  'bigint in a whole result': () => ({ content: text({}), _meta: { n: 1n } }),
  circle: () => circle,
  'late getter': () => late(0),
  Map: () => new Map([['a', 1]]),
  'Map in a member': () => ({ rows: [new Map([['a', 1]])] }),
  Set: () => ({ tags: new Set(['a']) }),
  stream: () => ({ file: Readable.from(['a']) }),
  function: () => ({ then2: () => 1 }),
  'function alone': () => () => 1,
  promise: () => ({ later: Promise.resolve(1) }),
  Buffer: () => Buffer.from('SECRET'),
  'Buffer in a block': () => text({ _meta: { bytes: Buffer.from('SECRET') } }),
  error: () => ({ failed: new Error('SECRET') }),
  'no block of the protocol': () => text({ annotations: { priority: 7 } }),
};

/** The number of reads of a value before it fails. */
let readsLeft = 0;

@Injectable()
class LostHandlers {
  @Tool({ name: 'lost', description: 'Returns what is lost', inputSchema: z.object({ which: z.string() }) })
  @Scopes('lost:read')
  lost(@Input() { which }: { which: string }) {
    return LOST[which]!();
  }

  @Tool({ name: 'lost_late', description: 'Its members are good only as often as they are needed' })
  @Scopes('lost:read')
  late() {
    return new Proxy(
      { id: 'a', text: 'b' },
      {
        get(target, name) {
          if (readsLeft-- <= 0) throw new Error('SECRET');
          return Reflect.get(target, name) as unknown;
        },
      },
    );
  }

  @Tool({ name: 'lost_kept', description: 'Loses nothing' })
  @Scopes('lost:read')
  kept() {
    return { id: 'a', at: new Date(0), text: '"\u2028é', none: undefined, list: [1, null], deep: { a: {} } };
  }

  @Resource({ name: 'lost', uri: 'lost://map' })
  @Scopes('lost:read')
  resource() {
    return new Map([['a', 1]]);
  }

  @Prompt({ name: 'lost_prompt' })
  @Scopes('lost:read')
  prompt() {
    return [{ role: 'user', content: { type: 'text', text: 'a', _meta: { n: 1n } } }];
  }

  @Complete({ prompt: 'lost_prompt', argument: 'a' })
  @Scopes('lost:read')
  complete() {
    return new Set(['a']);
  }
}

@Module({ providers: [LostHandlers] })
class LostModule {}

describe('A returned value that JSON cannot represent', () => {
  let service: TestService;
  let stdio: LocalStdio;
  let key: string;
  let ways: Record<(typeof WAYS_IN)[number], WayIn>;

  beforeAll(async () => {
    service = await TestService.start({ modules: [LostModule], env: { MCP_SESSIONS_PER_USER: '500' } });
    key = (await service.createKey(await service.createUser({ tier: 'unlimited' }), ['lost:read'])).apiKey;
    stdio = await LocalStdio.start(service, key, { modules: [LostModule] });
    ways = waysIn(service, stdio, key);
  });
  afterAll(async () => {
    await stdio.stop();
    await service.stop();
  });

  /** Over stdio another service writes the rows, at any time. */
  const overHttp = "user_agent NOT LIKE '%stdio%'";
  const newRows = async (work: () => Promise<unknown>) => {
    await service.auditRows('false');
    const sql = `SELECT coalesce(max(node_seq), 0) AS last FROM audit_events WHERE ${overHttp}`;
    const [before] = await service.query<{ last: string }>(sql);
    await work();
    const rows = await service.auditRows(`${overHttp} AND node_seq > $1`, [before!.last]);
    return rows.map(({ outcome, reason }) => [outcome, reason]);
  };

  describe.each(WAYS_IN)('in a call made %s', (way) => {
    it.each(Object.keys(LOST))('(%s) is answered with an error, and its row is a failure', async (which) => {
      const rows = await newRows(async () => {
        const { result } = await ways[way]('lost', { which });
        expect(result).toMatchObject({
          isError: true,
          content: [{ type: 'text', text: expect.stringMatching(/^Internal error \(request /) }],
        });
        expect(JSON.stringify(result)).not.toContain('SECRET');
      });
      if (way !== 'over stdio') expect(rows).toEqual([['failure', 'internal_error']]);
    });

    it('is the exception: other values are sent unchanged, once as text and once as an object', async () => {
      const said = {
        id: 'a',
        at: '1970-01-01T00:00:00.000Z',
        text: '"\u2028é',
        list: [1, null],
        deep: { a: {} },
      };
      const { result } = await ways[way]('lost_kept');
      expect(result.structuredContent).toEqual(said);
      expect(JSON.parse(result.content[0].text)).toEqual(said);
    });

    it('leads to an answer and a row that agree, whichever read of the value fails', async () => {
      const seen = new Set<boolean>();
      for (let reads = 0; reads < 24; reads++) {
        readsLeft = reads;
        let failed = false;
        const rows = await newRows(async () => {
          ({ isError: failed = false } = (await ways[way]('lost_late')).result);
        });
        seen.add(failed);
        if (way !== 'over stdio')
          expect([reads, ...rows.map(([outcome]) => outcome)]).toEqual([
            reads,
            failed ? 'failure' : 'success',
          ]);
      }
      expect(seen.size).toBe(2);
    });
  });

  it.each([
    ['resources/read', { uri: 'lost://map' }],
    ['prompts/get', { name: 'lost_prompt' }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'lost_prompt' }, argument: { name: 'a', value: '' } },
    ],
  ])(
    'is answered with an error to %s as well, on the direct path and through the SDK',
    async (method, params) => {
      for (const more of [{}, { unusual: true }]) {
        const rows = await newRows(async () => {
          const { headers, text: said } = await service.rpc(key, method, { ...params, ...more });
          expect(headers.get('content-type')).toBeTruthy();
          expect(said).toContain('"Internal error"');
        });
        expect(rows).toEqual([['failure', 'internal_error']]);
      }
    },
  );

  it('is named in the log, with the tool and its path in the value', async () => {
    const logged: unknown[][] = [];
    const spy = jest.spyOn(Logger.prototype, 'error').mockImplementation((...args) => void logged.push(args));
    await service.call(key, 'lost', { which: 'Map in a member' });
    spy.mockRestore();
    expect(logged.flat().join('\n')).toMatch(
      /The tool lost returned what cannot be sent: .*rows\[0\], a value of Map/,
    );
  });

  it('is explained in the log for a BigInt and for a circular reference', async () => {
    const logged: unknown[][] = [];
    const spy = jest.spyOn(Logger.prototype, 'error').mockImplementation((...args) => void logged.push(args));
    await service.call(key, 'lost', { which: 'bigint in a block' });
    await service.call(key, 'lost', { which: 'circle' });
    spy.mockRestore();
    expect(logged.flat().join('\n')).toMatch(/The tool lost returned what cannot be sent: .*BigInt/);
    expect(logged.flat().join('\n')).toMatch(/The tool lost returned what cannot be sent: .*circular/);
  });
});
