import {
  classifyInboundRequest,
  CLIENT_INFO_META_KEY,
  createMcpHandler,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  isInputRequiredResult,
  PARSE_ERROR,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  Server,
  SERVER_INFO_META_KEY,
  type ServerContext,
  SUPPORTED_PROTOCOL_VERSIONS,
  UriTemplate,
  validateHostHeader,
  validateOriginHeader,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { ENVELOPE } from './support/envelope.js';
import { messagesOf } from './support/messages.js';

// These specs check what this service relies on in the SDK: an upgrade that changes one of these changes the service.

const MODERN = '2026-07-28';
const BOTH = 'application/json, text/event-stream';

type Handler = (context: ServerContext) => unknown;

/** Makes a server whose tool does what the spec says. */
function serverWith(handler: Handler): Server {
  const server = new Server({ name: 'spec', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/call', (_, context) => handler(context) as never);
  server.setRequestHandler('tools/list', () => ({ tools: [] }));
  return server;
}

const webRequest = (method = 'POST', headers: Record<string, string> = {}, signal?: AbortSignal) =>
  new Request('http://localhost/mcp', {
    method,
    headers: { accept: BOTH, 'content-type': 'application/json', ...headers },
    ...(signal && { signal }),
  });

const CALL = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'spec' } };
const MODERN_CALL = { ...CALL, params: { ...CALL.params, _meta: ENVELOPE } };
const MODERN_HEADERS = { 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/call', 'mcp-name': 'spec' };

async function answerTo(
  parsedBody: unknown,
  headers: Record<string, string> = {},
  handler: Handler = () => ({ content: [] }),
  method = 'POST',
) {
  const response = await createMcpHandler(() => serverWith(handler)).fetch(webRequest(method, headers), {
    parsedBody,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    messages: messagesOf({ ...response, headers: response.headers, text }),
  };
}

describe('The SDK, for the direct route', () => {
  const classify = (body: unknown, headers: object = {}) =>
    classifyInboundRequest({ httpMethod: 'POST', body, ...headers });

  it('classifies a request without an envelope as legacy, whatever old revision it names', () => {
    expect(classify(CALL).kind).toBe('legacy');
    expect(classify(CALL, { protocolVersionHeader: '2025-06-18' }).kind).toBe('legacy');
  });

  it('classifies a request with an envelope as modern, with its revision', () => {
    expect(classify(MODERN_CALL)).toMatchObject({ kind: 'modern', classification: { revision: MODERN } });
  });

  it.each([
    ['an envelope and another revision in the header', MODERN_CALL, { protocolVersionHeader: '2025-11-25' }],
    ['another method in the header', MODERN_CALL, { mcpMethodHeader: 'tools/list' }],
    ['a modern header without an envelope', CALL, { protocolVersionHeader: MODERN }],
    ['an id with a fraction', { ...CALL, id: 1.5 }, {}],
    ['an id beyond the safe integers', { ...CALL, id: 2 ** 53 }, {}],
    ['a further member', { ...CALL, own: 1 }, {}],
    [
      'a progress token that is neither text nor integer',
      { ...CALL, params: { _meta: { progressToken: {} } } },
      {},
    ],
  ])('rejects %s', (_, body, headers) => {
    expect(classify(body, headers).kind).toBe('reject');
  });

  it('names the legacy revisions, and not the stateless one', () => {
    const legacy = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'];
    expect(SUPPORTED_PROTOCOL_VERSIONS).toEqual(legacy);
  });

  it('has the keys and codes of the specification', () => {
    expect([SERVER_INFO_META_KEY, CLIENT_INFO_META_KEY, PROTOCOL_VERSION_META_KEY]).toEqual(
      ['serverInfo', 'clientInfo', 'protocolVersion'].map((name) => `io.modelcontextprotocol/${name}`),
    );
    expect([PARSE_ERROR, INVALID_PARAMS, INTERNAL_ERROR]).toEqual([-32700, -32602, -32603]);
  });
});

describe('The SDK, as the handler of all other requests', () => {
  it.each<[string, unknown, Record<string, string>, number, number]>([
    ['a modern header without its envelope', CALL, MODERN_HEADERS, 400, -32602],
    ['a modern call without Mcp-Method', MODERN_CALL, { ...MODERN_HEADERS, 'mcp-method': '' }, 400, -32020],
    ['a modern call with another Mcp-Name', MODERN_CALL, { ...MODERN_HEADERS, 'mcp-name': 'x' }, 400, -32020],
    [
      'a revision that is not there yet',
      {
        ...CALL,
        params: { ...CALL.params, _meta: { ...ENVELOPE, [PROTOCOL_VERSION_META_KEY]: '2030-01-01' } },
      },
      { ...MODERN_HEADERS, 'mcp-protocol-version': '2030-01-01' },
      400,
      -32022,
    ],
    [
      'an unknown method of the stateless revision',
      { ...MODERN_CALL, method: 'tools/no' },
      { ...MODERN_HEADERS, 'mcp-method': 'tools/no' },
      404,
      -32601,
    ],
    ['an unknown method of an older one', { ...CALL, method: 'tools/no' }, {}, 200, -32601],
    ['an unknown revision without envelope', CALL, { 'mcp-protocol-version': '1999-01-01' }, 400, -32000],
    ['an empty batch', [], {}, 400, -32600],
    ['a batch with a modern call', [MODERN_CALL], {}, 400, -32600],
    ['a body that is no JSON-RPC', { a: 1 }, {}, 400, -32600],
    ['an Accept without event streams', CALL, { accept: 'application/json' }, 406, -32000],
    ['another content type', CALL, { 'content-type': 'text/plain' }, 415, -32000],
  ])('answers %s with a status and a JSON-RPC error', async (_, body, headers, status, code) => {
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const answer = await answerTo(body, sent);
    expect([answer.status, answer.messages[0].error.code]).toEqual([status, code]);
  });

  it.each(['GET', 'DELETE'])('answers %s with 405 and Allow', async (method) => {
    const answer = await answerTo(undefined, {}, undefined, method);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('answers a notification with 202 and nothing', async () => {
    const answer = await answerTo({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect([answer.status, answer.messages]).toEqual([202, []]);
  });

  it('answers a call of an older revision as an event stream, and one of the stateless revision as JSON', async () => {
    expect((await answerTo(CALL)).headers.get('content-type')).toBe('text/event-stream');
    expect((await answerTo(MODERN_CALL, MODERN_HEADERS)).headers.get('content-type')).toBe(
      'application/json',
    );
  });

  it('answers each call of a batch of an older revision', async () => {
    const { messages } = await answerTo([CALL, { ...CALL, id: 8 }]);
    expect(new Set(messages.map(({ id }) => id))).toEqual(new Set([7, 8]));
  });

  it('accepts Mcp-Name in Base64', async () => {
    const name = `=?base64?${Buffer.from('spec').toString('base64')}?=`;
    expect((await answerTo(MODERN_CALL, { ...MODERN_HEADERS, 'mcp-name': name })).status).toBe(200);
  });

  it('passes code, message and data of a ProtocolError through, with 200', async () => {
    const answer = await answerTo(MODERN_CALL, MODERN_HEADERS, () => {
      throw new ProtocolError(-32000, 'No', { code: 'forbidden' });
    });
    expect(answer.status).toBe(200);
    expect(answer.messages[0].error).toEqual({ code: -32000, message: 'No', data: { code: 'forbidden' } });
  });

  it('sends the text of any other error, so the dispatcher and SanitizingServer let none reach it', async () => {
    const answer = await answerTo(CALL, {}, () => {
      throw new Error('password=hunter2');
    });
    expect(answer.messages[0].error).toEqual({ code: -32603, message: 'password=hunter2' });
  });

  it('reports invalid parameters as an internal error with JSON, which SanitizingServer corrects', async () => {
    const { messages } = await answerTo({ ...CALL, method: 'tools/list', params: { cursor: 1 } });
    expect(messages[0].error.code).toBe(INTERNAL_ERROR);
    expect(JSON.parse(messages[0].error.message)).toMatchObject([{ path: ['params', 'cursor'] }]);
  });

  it.each([
    ['legacy', CALL, {}],
    ['modern', MODERN_CALL, MODERN_HEADERS],
  ])(
    'makes one %s server for each request, from the Request object that it was given',
    async (era, body, headers) => {
      const seen: unknown[] = [];
      const servers = new Set<Server>();
      const handler = createMcpHandler((context) => {
        seen.push([context.era, context.requestInfo]);
        const server = serverWith(({ http }) => {
          seen.push(http!.req);
          return { content: [] };
        });
        servers.add(server);
        return server;
      });
      const [first, second] = [webRequest('POST', headers), webRequest('POST', headers)];
      for (const request of [first, second])
        await (await handler.fetch(request, { parsedBody: body })).text();
      expect(servers.size).toBe(2);
      for (const [at, request] of [first, second].entries()) {
        expect((seen[2 * at] as unknown[])[0]).toBe(era);
        expect((seen[2 * at] as unknown[])[1]).toBe(request);
        expect(seen[2 * at + 1]).toBe(request);
      }
    },
  );

  it.each([
    ['legacy', CALL, {}],
    ['modern', MODERN_CALL, MODERN_HEADERS],
  ])("aborts the signal of a %s call with the request's", async (_, body, headers) => {
    const controller = new AbortController();
    const aborted = new Promise<void>((resolve) => {
      const server = () =>
        serverWith(({ mcpReq }) => {
          const ended = new Promise((end) => {
            mcpReq.signal.addEventListener('abort', () => end(resolve()));
          });
          controller.abort();
          return ended;
        });
      void createMcpHandler(server)
        .fetch(webRequest('POST', headers, controller.signal), { parsedBody: body })
        .catch(() => undefined);
    });
    await expect(aborted).resolves.toBeUndefined();
  });

  it('refuses to connect a server that is already connected', async () => {
    const server = serverWith(() => ({ content: [] }));
    const handler = createMcpHandler(() => server);
    const twice = [1, 2].map(() => handler.fetch(webRequest(), { parsedBody: CALL }));
    expect((await Promise.all(twice)).map(({ status }) => status)).toEqual([200, 500]);
  });
});

describe('The SDK, for sessions', () => {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'spec', version: '1' },
  };
  const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params };

  it('reports the beginning and the end of a session, stores each message under the id that it sends, and answers 404 afterwards', async () => {
    const told: string[] = [];
    const kept: string[] = [];
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => 'one',
      retryInterval: 1_000,
      eventStore: {
        storeEvent: async () => `event-${kept.push('event')}`,
        getStreamIdForEventId: async () => undefined,
        replayEventsAfter: async () => '',
      },
      onsessioninitialized: (id) => void told.push(`begins ${id}`),
      onsessionclosed: (id) => void told.push(`ends ${id}`),
    });
    await serverWith(() => ({ content: [] })).connect(transport);
    const answer = await transport.handleRequest(webRequest(), { parsedBody: initialize });
    expect(told).toEqual(['begins one']);
    expect(answer.headers.get('mcp-session-id')).toBe('one');
    const text = await answer.text();
    expect(text).toMatch(/^id: event-1\nretry: 1000\ndata: \n\nevent: message\nid: event-2\ndata: \{/);
    const session = { 'mcp-session-id': 'one', 'mcp-protocol-version': '2025-11-25' };
    const unknown = { ...session, 'last-event-id': 'event-9' };
    expect((await transport.handleRequest(webRequest('GET', unknown))).status).toBe(400);
    const other = { ...session, 'mcp-session-id': 'two' };
    expect((await transport.handleRequest(webRequest('GET', other))).status).toBe(404);
    expect((await transport.handleRequest(webRequest('DELETE', session))).status).toBe(200);
    expect(told).toEqual(['begins one', 'ends one']);
    expect((await transport.handleRequest(webRequest('GET', session))).status).toBe(404);
  });
});

describe('The SDK, for questions', () => {
  const context = {} as ServerContext;
  const codec = (bind: string) => createRequestStateCodec({ key: new Uint8Array(32), bind: () => bind });

  it('opens a state only under the binding that it was sealed with', async () => {
    const state = await codec('me').mint({ step: 1 }, context);
    expect(await codec('me').verify(state, context)).toEqual({ step: 1 });
    await expect(codec('you').verify(state, context)).rejects.toThrow('bind');
    await expect(codec('me').verify(`${state}x`, context)).rejects.toThrow('mac');
  });

  it('makes a result of questions, and recognises it', () => {
    const ask = inputRequired.elicit({
      message: 'Sure?',
      requestedSchema: { type: 'object', properties: {} },
    });
    expect(ask.method).toBe('elicitation/create');
    const result = inputRequired({ inputRequests: { ask } });
    expect(isInputRequiredResult(result)).toBe(true);
    expect(result).toMatchObject({ resultType: 'input_required', inputRequests: { ask } });
    expect(isInputRequiredResult({ content: [] })).toBe(false);
  });

  it('distinguishes the kinds of answers', () => {
    const answers = { a: { action: 'accept', content: { x: 1 } }, r: { roots: [] } };
    expect(inputResponse(answers, 'a')).toMatchObject({
      kind: 'elicit',
      action: 'accept',
      content: { x: 1 },
    });
    expect(inputResponse(answers, 'r')).toMatchObject({ kind: 'roots', roots: [] });
    expect(inputResponse(answers, 'none').kind).toBe('missing');
  });
});

describe('The SDK, for URIs and headers', () => {
  it('matches a URI against a template without decoding it', () => {
    const template = new UriTemplate('document://{id}/{part}');
    expect(template.match('document://a%20b/1')).toEqual({ id: 'a%20b', part: '1' });
    expect(template.match('document://a')).toBeNull();
    expect(template.match('other://a/1')).toBeNull();
  });

  it('accepts a known host with any port, and refuses an unknown one', () => {
    expect(validateHostHeader('localhost:3000', ['localhost']).ok).toBe(true);
    for (const host of ['evil.example', 'localhost.evil.example', undefined, ''])
      expect(validateHostHeader(host, ['localhost']).ok).toBe(false);
  });

  it('accepts a missing Origin, and of the others only the known ones', () => {
    expect(validateOriginHeader(undefined, ['localhost']).ok).toBe(true);
    expect(validateOriginHeader('http://localhost:5173', ['localhost']).ok).toBe(true);
    for (const origin of ['https://evil.example', 'null', 'x'])
      expect(validateOriginHeader(origin, ['localhost']).ok).toBe(false);
  });
});
