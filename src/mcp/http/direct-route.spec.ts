import { SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import { directRoute } from './direct-route.js';
import { MODERN_REVISION } from '../protocol/protocol-era.js';

type Headers = Record<string, string | string[] | undefined>;

const BOTH = 'application/json, text/event-stream';
const route = (body: unknown, headers: Headers = { accept: BOTH }) =>
  directRoute({ id: 'request', ip: '127.0.0.1', method: 'POST', url: '/mcp', headers }, body);

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const CALL = {
  jsonrpc: '2.0',
  id: 'a',
  method: 'tools/call',
  params: { name: 'whoami', arguments: { a: 1 } },
};

const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modernCall = (more: object = {}) => ({
  ...CALL,
  params: { ...CALL.params, _meta: MODERN_META, ...more },
});
const modernHeaders = (more: Headers = {}): Headers => ({
  accept: BOTH,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'whoami',
  ...more,
});

describe('directRoute', () => {
  it('accepts a plain tools/list', () => {
    expect(route(LIST)).toEqual({ modern: false, id: 1, method: 'tools/list', params: {} });
  });

  it('accepts a plain tools/call', () => {
    expect(route(CALL)).toEqual({
      modern: false,
      id: 'a',
      method: 'tools/call',
      params: { name: 'whoami', arguments: { a: 1 } },
    });
    expect(route({ ...CALL, params: { name: 'whoami' } })).toMatchObject({ params: { name: 'whoami' } });
  });

  it.each(['2025-03-26', '2025-06-18', '2025-11-25'])('accepts the revision %s', (revision) => {
    expect(SUPPORTED_PROTOCOL_VERSIONS).toContain(revision);
    expect(route(CALL, { accept: BOTH, 'mcp-protocol-version': revision })).toMatchObject({ modern: false });
  });

  it('accepts a call of the stateless revision whose headers and body agree', () => {
    expect(MODERN_REVISION).toBe('2026-07-28');
    expect(route(modernCall(), modernHeaders())).toEqual({
      modern: true,
      id: 'a',
      method: 'tools/call',
      params: { ...CALL.params, _meta: MODERN_META },
    });
    const list = { ...LIST, params: { _meta: MODERN_META } };
    const headers = modernHeaders({ 'mcp-method': 'tools/list', 'mcp-name': undefined });
    expect(route(list, headers)).toEqual({ modern: true, id: 1, method: 'tools/list', params: list.params });
  });

  it.each([
    ['tools/list', { cursor: 'next' }],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['prompts/list', {}],
    ['resources/read', { uri: 'document://1' }],
    ['prompts/get', { name: 'answer', arguments: { question: 'Why?' } }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } }],
  ])('accepts a plain %s', (method, params) => {
    expect(route({ jsonrpc: '2.0', id: 1, method, params })).toEqual({
      modern: false,
      id: 1,
      method,
      params,
    });
  });

  it('accepts a stateless read whose Mcp-Name is the URI', () => {
    const read = {
      ...CALL,
      method: 'resources/read',
      params: { uri: 'document://1', _meta: MODERN_META },
    };
    const headers = modernHeaders({ 'mcp-method': 'resources/read', 'mcp-name': 'document://1' });
    expect(route(read, headers)).toMatchObject({ modern: true });
    expect(route(read, { ...headers, 'mcp-name': 'document://2' })).toBeUndefined();
  });
});

describe('directRoute leaves to the SDK', () => {
  it.each<[string, Headers]>([
    ['another method', { 'mcp-method': 'tools/list' }],
    ['no method', { 'mcp-method': undefined }],
    ['another tool', { 'mcp-name': 'documents_delete' }],
    ['no tool', { 'mcp-name': undefined }],
    ['another revision', { 'mcp-protocol-version': '2025-11-25' }],
    ['no revision', { 'mcp-protocol-version': undefined }],
  ])('a stateless call whose headers name %s', (_, headers) => {
    expect(route(modernCall(), modernHeaders(headers))).toBeUndefined();
  });

  it('a call without the envelope that its headers promise', () => {
    expect(route(CALL, modernHeaders())).toBeUndefined();
  });

  it('an unknown revision', () => {
    for (const revision of ['1999-01-01', '', 'latest']) {
      expect(route(CALL, { accept: BOTH, 'mcp-protocol-version': revision })).toBeUndefined();
    }
  });

  it('a client that does not accept both JSON and event streams', () => {
    for (const accept of [undefined, 'application/json', 'text/event-stream', 'text/html']) {
      expect(route(CALL, { accept })).toBeUndefined();
    }
  });

  it.each([
    ['a batch', [CALL]],
    ['another method', { ...CALL, method: 'resources/subscribe' }],
    ['a method that objects have', { ...CALL, method: 'constructor' }],
    ['a read without a URI', { ...CALL, method: 'resources/read', params: { name: 'x' } }],
    [
      'a prompt whose arguments are no texts',
      { ...CALL, method: 'prompts/get', params: { name: 'x', arguments: { n: 1 } } },
    ],
    [
      'a completion of nothing',
      { ...CALL, method: 'completion/complete', params: { argument: { name: 'a', value: '' } } },
    ],
    ['a retry with answers', { ...CALL, params: { ...CALL.params, inputResponses: {} } }],
    ['the handshake', { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }],
    ['a notification', { jsonrpc: '2.0', method: 'tools/call', params: CALL.params }],
    ['an id of null', { ...CALL, id: null }],
    ['an id with a fraction', { ...CALL, id: 1.5 }],
    ['an id that is an object', { ...CALL, id: {} }],
    ['no version of JSON-RPC', { id: 1, method: 'tools/call', params: CALL.params }],
    ['another version of JSON-RPC', { ...CALL, jsonrpc: '1.0' }],
    ['a response in disguise', { ...CALL, result: {} }],
    ['a cursor that is no text', { ...LIST, params: { cursor: 1 } }],
    ['parameters that are a list', { ...CALL, params: ['whoami'] }],
    ['parameters of null', { ...CALL, params: null }],
    ['a further parameter', { ...CALL, params: { ...CALL.params, task: {} } }],
    ['no name', { ...CALL, params: { arguments: {} } }],
    ['a name that is no text', { ...CALL, params: { name: 1 } }],
    ['arguments that are a list', { ...CALL, params: { name: 'whoami', arguments: [] } }],
    ['arguments that are a text', { ...CALL, params: { name: 'whoami', arguments: '{}' } }],
    ['arguments of null', { ...CALL, params: { name: 'whoami', arguments: null } }],
    ['a _meta that is no object', { ...CALL, params: { ...CALL.params, _meta: 'x' } }],
    ['a text', 'tools/call'],
    ['nothing', null],
  ])('%s', (_, body) => {
    expect(route(body)).toBeUndefined();
  });
});
