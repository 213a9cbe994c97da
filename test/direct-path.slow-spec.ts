import * as fc from 'fast-check';
import type { CallerRequest } from '../src/access/caller.js';
import { type GeneratedRequest, requests } from './support/generated-requests.js';
import { messagesOf } from './support/messages.js';
import { type Answer, TestService } from './support/test-service.js';
import { TwinModule } from './support/twin-handlers.js';

const WAYS = ['direct', 'sdk'] as const;
type Way = (typeof WAYS)[number];

/** Records for each request that asked for the direct path whether it took it. */
const mockDirect: boolean[] = [];

// The controller is unchanged. Only the classifier's decision depends on the header.
jest.mock('../src/mcp/http/direct-route.js', () => {
  const real = jest.requireActual<typeof import('../src/mcp/http/direct-route.js')>(
    '../src/mcp/http/direct-route.js',
  );
  const directRoute = (request: CallerRequest, body: unknown) => {
    if (request.headers['x-way'] === 'sdk') return undefined;
    const route = real.directRoute(request, body);
    mockDirect.push(route !== undefined);
    return route;
  };
  return { ...real, directRoute };
});

const RUNS = 1_000;
const SEED = 20_260_728;

/** Lists the members that differ in every answer, and so between both paths. */
const REQUEST_ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * Returns an answer in a form that both paths share, because a JSON body and an event stream may have the same
 * content.
 */
function saidBy(answer: Answer) {
  const header = (name: string) => answer.headers.get(name);
  const [type] = (header('content-type') ?? 'none').split(';');
  return {
    status: answer.status,
    messages: JSON.parse(JSON.stringify(messagesOf(answer)).replaceAll(REQUEST_ID, '<request>')) as unknown[],
    type: type === 'text/event-stream' ? 'application/json' : type,
    'www-authenticate': header('www-authenticate'),
    'retry-after': header('retry-after'),
    allow: header('allow'),
    // A stream also has a header that forbids proxies to buffer it.
    'cache-control': header('cache-control')?.replace(', no-transform', ''),
  };
}

// `directRoute` promises to leave all but plain requests to the SDK, and this spec checks that.
describe('The direct path and the SDK', () => {
  let service: TestService;
  let sent = 0;
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    service = await TestService.start({ modules: [TwinModule], env: { MCP_PAGE_SIZE: '5' } });
    const user = await service.createUser({ tier: 'unlimited' });
    const callers = {
      all: ['twin:read', 'twin:write', 'documents:read'],
      reads: ['twin:read'],
      nothing: ['documents:write'],
    };
    for (const [name, scopes] of Object.entries(callers))
      keys[name] = (await service.createKey(user, scopes)).apiKey;
  });
  afterAll(() => service.stop());

  const ask = ({ caller, headers, body }: GeneratedRequest, way: Way) =>
    service.request('POST', '/mcp', {
      key: keys[caller],
      body: JSON.stringify(body) ?? '',
      headers: { ...headers, 'x-way': way, 'user-agent': `spec/${sent}/${way}` },
    });

  /** Returns the rows of one path, without members that depend on the time. */
  const rowsBy = async (way: Way) =>
    (await service.auditRows('user_agent LIKE $1', [`spec/%/${way}`])).map(
      ({ user_agent, action, tool, resource, outcome, reason, elevated, scopes }) =>
        [user_agent!.split('/')[1], action, tool, resource, outcome, reason, elevated, scopes.join()].join(
          ' ',
        ),
    );

  it(`answer ${RUNS} generated requests alike: status, headers and messages`, async () => {
    const alike = fc.asyncProperty(requests(['all', 'reads', 'nothing']), async (request) => {
      sent++;
      const [direct, sdk] = [saidBy(await ask(request, 'direct')), saidBy(await ask(request, 'sdk'))];
      expect(direct).toEqual(sdk);
    });
    await fc.assert(alike, { numRuns: RUNS, seed: SEED });
    expect(sent).toBe(RUNS);
    expect(mockDirect.filter(Boolean).length).toBeGreaterThan(RUNS / 2);
    // Malformed bodies are refused before they are classified.
    expect(RUNS - mockDirect.filter(Boolean).length).toBeGreaterThan(RUNS / 5);
  }, 120_000);

  it('leave the same audit rows for them', async () => {
    const direct = await rowsBy('direct');
    expect(direct.length).toBeGreaterThan(RUNS / 4);
    expect(direct).toEqual(await rowsBy('sdk'));
  });
});
