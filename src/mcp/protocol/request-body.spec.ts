import { callsIn, isMcpRequest, knownMcpBody, mcpBodyOf, othersIn, requestIdOf } from './request-body.js';

const request = (body: unknown) => ({
  id: 'request',
  ip: '127.0.0.1',
  method: 'POST',
  url: '/mcp',
  headers: {},
  body,
});
const bodyOf = (text: unknown) => mcpBodyOf(request(text));
const json = (value: unknown) => bodyOf(JSON.stringify(value));

const call = (id: unknown, method = 'tools/call') => ({
  jsonrpc: '2.0',
  id,
  method,
  params: { name: 'whoami' },
});
const NOT_JSON = { ok: false, id: null, error: { code: -32700, message: expect.any(String) } };
const NOTIFICATION = { jsonrpc: '2.0', method: 'notifications/initialized' };

describe('isMcpRequest', () => {
  it('recognises the MCP endpoint by the matched route', () => {
    const found = (url: string) => isMcpRequest({ url: '/%6dcp', routeOptions: { url } });
    expect(found('/mcp')).toBe(true);
    expect(['/', '/mcpx', '/mcp/keys', '/api/mcp', '/api/mcp/keys'].some(found)).toBe(false);
  });

  it('recognises it by the path when no route has the method', () => {
    const sent = (url: string) => isMcpRequest({ url, routeOptions: { url: undefined } });
    expect(sent('/mcp')).toBe(true);
    expect(sent('/mcp?a=b')).toBe(true);
    expect(['/', '/mcpx', '/mcp/keys', '/api/mcp', '/?/mcp'].some(sent)).toBe(false);
  });
});

describe('mcpBodyOf', () => {
  it('parses JSON', () => {
    expect(bodyOf('{"a":[1,null,"x"]}')).toEqual({ ok: true, value: { a: [1, null, 'x'] } });
    expect(bodyOf('null')).toEqual({ ok: true, value: null });
  });

  it.each(['', ' ', '{', '{"a":1}x', "{'a':1}", 'undefined', undefined, null, { a: 1 }])(
    'refuses invalid JSON: %j',
    (text) => {
      expect(bodyOf(text)).toEqual(NOT_JSON);
    },
  );

  it.each([
    '{"__proto__":{"isAdmin":true}}',
    '{"params":{"arguments":{"__proto__":{"isAdmin":true}}}}',
    '[{"__proto__":null}]',
    String.raw`{"\u005f\u005fproto\u005f\u005f":{"isAdmin":true}}`,
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"params":{"arguments":{"id":{"constructor":"x"}}}}',
    '{"params":{"constructor":{"prototype":1}}}',
    String.raw`{"\u0063onstructor":{"prototype":1}}`,
  ])('refuses members that could change every object: %s', (text) => {
    expect(bodyOf(text)).toEqual(NOT_JSON);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('accepts the same words as values', () => {
    const text = '{"query":"__proto__","text":"constructor"}';
    expect(bodyOf(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it('parses a request once', () => {
    const one = request('{"a":1}');
    expect(mcpBodyOf(one)).toBe(mcpBodyOf(one));
    expect(mcpBodyOf(request('{"a":2}'))).not.toBe(mcpBodyOf(one));
  });
});

describe('mcpBodyOf with an oversized body', () => {
  it.each([
    ['nesting', '['.repeat(500_000), 'nested deeper than 64 levels'],
    ['values', `[${'[],'.repeat(300_000)}[]]`, 'more than 50000 values'],
  ])('reports %s', (_, text, words) => {
    expect(bodyOf(text)).toMatchObject({
      ok: false,
      id: null,
      error: { code: -32700, message: expect.stringContaining(words) },
    });
  });

  it.each([
    ['params.name', 2_048, { name: 'x' }],
    ['params.uri', 8_192, { uri: 'x' }],
    ['params.ref.name', 2_048, { ref: { type: 'ref/prompt', name: 'x' } }],
    ['params.ref.uri', 8_192, { ref: { type: 'ref/resource', uri: 'x' } }],
    ['params.argument.name', 2_048, { argument: { name: 'x', value: '' } }],
  ])('refuses a %s of more than %i characters, in a message and in a batch', (where, most, params) => {
    const message = (length: number) => ({
      ...call(7),
      params: JSON.parse(JSON.stringify(params).replace('"x"', `"${'x'.repeat(length)}"`)) as unknown,
    });
    expect(json(message(most)).ok).toBe(true);
    const error = { code: -32602, message: `Invalid params: ${where} is longer than ${most} characters` };
    expect(json(message(most + 1))).toEqual({ ok: false, id: 7, error });
    expect(json([call(1), message(most + 1)])).toEqual({ ok: false, id: null, error });
  });
});

describe('knownMcpBody', () => {
  it('does not parse the body', () => {
    const one = request('{"jsonrpc":"2.0","id":1,"method":"ping"}');
    expect(knownMcpBody(one)).toEqual(NOT_JSON);
    const body = mcpBodyOf(one);
    expect(body.ok).toBe(true);
    expect(knownMcpBody(one)).toBe(body);
  });
});

describe('othersIn', () => {
  it('counts each message that is not a call, and a body without a message as one', () => {
    expect(othersIn(json(Array.from({ length: 100 }, (_, id) => call(id, 'ping'))))).toBe(100);
    expect(othersIn(json([NOTIFICATION, call(1), NOTIFICATION]))).toBe(2);
    expect(othersIn(json(NOTIFICATION))).toBe(1);
    expect(othersIn(json(call(1, 'ping')))).toBe(1);
    expect(othersIn(json(call(1)))).toBe(0);
    expect(othersIn(json([]))).toBe(1);
    expect(othersIn(bodyOf('{'))).toBe(0);
  });
});

describe('requestIdOf', () => {
  it('is the id of a single request', () => {
    expect(requestIdOf(json(call(7)))).toBe(7);
    expect(requestIdOf(json(call(0)))).toBe(0);
    expect(requestIdOf(json(call('')))).toBe('');
    expect(requestIdOf(json(call('a')))).toBe('a');
  });

  it.each([
    ['a batch', [call(1)]],
    ['a notification', NOTIFICATION],
    ['an id that JSON-RPC does not know', call({ a: 1 })],
    ['an id without a method', { jsonrpc: '2.0', id: 1 }],
    ['a text', 'tools/call'],
    ['nothing', null],
  ])('is null for %s', (_, value) => {
    expect(requestIdOf(json(value))).toBeNull();
  });

  it('is null for invalid JSON', () => {
    expect(requestIdOf(bodyOf('{'))).toBeNull();
  });
});

describe('callsIn', () => {
  it('counts a request as one call', () => {
    for (const method of ['tools/call', 'tools/list', 'resources/read', 'no/such/method']) {
      expect(callsIn(json(call(1, method)))).toBe(1);
    }
  });

  it('counts each request of a batch', () => {
    expect(callsIn(json(Array.from({ length: 100 }, (_, id) => call(id))))).toBe(100);
  });

  it('counts requests with the same id separately', () => {
    expect(callsIn(json([call(1), call(1), call(null)]))).toBe(3);
  });

  it.each(['initialize', 'ping', 'server/discover'])('does not count the handshake %s', (method) => {
    expect(callsIn(json(call(1, method)))).toBe(0);
    expect(callsIn(json([call(1, method), call(2)]))).toBe(1);
  });

  it('does not count notifications', () => {
    expect(callsIn(json(NOTIFICATION))).toBe(0);
    expect(callsIn(json([NOTIFICATION, call(1), NOTIFICATION]))).toBe(1);
  });

  it('counts an unreadable body as one call', () => {
    expect(callsIn(bodyOf('{'))).toBe(1);
    for (const value of [null, 1, 'tools/call', {}, { id: 1 }, { method: 1, id: 1 }]) {
      expect(callsIn(json(value))).toBe(1);
    }
    expect(callsIn(json([null, 1, {}]))).toBe(3);
  });

  it('ignores members of the prototype', () => {
    for (const method of ['constructor', 'toString', 'has']) expect(callsIn(json(call(1, method)))).toBe(1);
  });
});
