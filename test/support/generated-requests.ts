import * as fc from 'fast-check';
import { ENVELOPE } from './envelope.js';
import { anything, asked, mostly } from './generated-params.js';

/** Describes a valid or invalid request to the MCP endpoint. */
export interface GeneratedRequest {
  caller: string;
  headers: Record<string, string>;
  body: unknown;
}

const MODERN = '2026-07-28';
const LEGACY = ['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'];
const BOTH = 'application/json, text/event-stream';

const ids = mostly<unknown>(
  fc.oneof(fc.integer({ min: 0 }), fc.string({ minLength: 1, maxLength: 6 })),
  fc.constantFrom<unknown>(undefined, null, '', 0, -1, 1.5, 2 ** 53, 1e300, -(2 ** 53) - 2, [], {}, true),
  14,
);

const OWN_META = mostly<object>(
  fc.constantFrom<object>(
    {},
    { progressToken: 'p' },
    { progressToken: 1 },
    { own: { deep: true } },
    { 'io.modelcontextprotocol/clientInfo': { name: 'x' } },
    { 'io.modelcontextprotocol/logLevel': 'info' },
  ),
  fc.constantFrom<object>(
    { progressToken: 1.5 },
    { progressToken: null },
    { progressToken: {} },
    { 'io.modelcontextprotocol/related-task': { taskId: 1 } },
    { 'io.modelcontextprotocol/clientInfo': 1 },
  ),
  12,
);

/** Generates the `_meta` of a legacy request. */
const legacyMeta = mostly<unknown>(fc.oneof(fc.constant(undefined), OWN_META), anything);

const modernMeta = mostly<unknown>(
  OWN_META.map((own) => ({ ...own, ...ENVELOPE })),
  fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      { ...ENVELOPE, 'io.modelcontextprotocol/protocolVersion': '2025-11-25' },
      { ...ENVELOPE, 'io.modelcontextprotocol/protocolVersion': '2030-01-01' },
      { ...ENVELOPE, 'io.modelcontextprotocol/protocolVersion': 7 },
      { ...ENVELOPE, 'io.modelcontextprotocol/clientInfo': 'spec' },
      { ...ENVELOPE, 'io.modelcontextprotocol/clientCapabilities': undefined },
      { ...ENVELOPE, 'io.modelcontextprotocol/logLevel': 'loud' },
    ),
    anything,
  ),
);

const message = (meta: fc.Arbitrary<unknown>) =>
  fc
    .record({
      jsonrpc: mostly<unknown>(fc.constant('2.0'), fc.constantFrom<unknown>('1.0', 2, undefined, null), 40),
      id: ids,
      asked,
      meta,
      paramsAs: mostly<unknown>(
        fc.constant('params'),
        fc.constantFrom<unknown>(undefined, null, [], 'x'),
        40,
      ),
      more: mostly<object>(fc.constant({}), fc.constantFrom({ result: {} }, { error: {} }, { own: 1 }), 40),
      moreParams: mostly<object>(
        fc.constant({}),
        fc.constantFrom({ own: 1 }, { task: {} }, { inputResponses: {} }, { requestState: 'x' }),
      ),
    })
    .map(({ jsonrpc, id, asked: { method, params }, meta: _meta, paramsAs, more, moreParams }) => ({
      jsonrpc,
      id,
      method,
      params: paramsAs === 'params' ? { ...params, ...moreParams, _meta } : paramsAs,
      ...more,
    }));

/** Returns a value as a header, encoded as the revision requires when a header cannot hold it literally. */
const sayable = (value: string): string =>
  /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !value.startsWith('=?base64?')
    ? value
    : encoded(value);
const encoded = (value: string) => `=?base64?${Buffer.from(value).toString('base64')}?=`;

const accept = mostly(
  fc.constantFrom(BOTH, 'text/event-stream;q=0.5, application/json', '*/*'),
  fc.constantFrom('application/json', 'text/event-stream', 'text/html', 'application/*', ''),
);

const legacyHeaders = fc
  .record({
    accept,
    version: mostly<string | undefined>(
      fc.constantFrom(undefined, ...LEGACY),
      fc.constantFrom(MODERN, '1999-01-01', 'latest', '', 'DRAFT-2026-v1'),
    ),
    method: mostly<string | undefined>(fc.constant(undefined), fc.constantFrom('tools/list', 'ping')),
  })
  .map(({ accept, version, method }) => ({
    accept,
    ...(version !== undefined && { 'mcp-protocol-version': version }),
    ...(method !== undefined && { 'mcp-method': method }),
  }));

const modernHeaders = (sent: { method: unknown; params: unknown }) => {
  const { name, uri, arguments: input } = Object(sent.params) as Record<string, unknown>;
  const named = sent.method === 'resources/read' ? uri : name;
  const method = typeof sent.method === 'string' ? sent.method : 'ping';
  const region = Object(input).region as unknown;
  return fc
    .record({
      accept,
      version: mostly<string | undefined>(
        fc.constant(MODERN),
        fc.constantFrom(undefined, '2025-11-25', '2030-01-01', ''),
        20,
      ),
      method: mostly<string | undefined>(fc.constant(method), fc.constantFrom(undefined, 'ping', ''), 20),
      name: mostly<(value: string) => string | undefined>(
        fc.constantFrom(sayable, sayable, sayable, encoded),
        fc.constantFrom(
          () => undefined,
          () => 'twin_text',
          () => '=?base64?%%?=',
        ),
        20,
      ),
      region: mostly<string | undefined>(
        fc.constant(typeof region === 'string' ? sayable(region) : undefined),
        fc.constantFrom(undefined, 'east'),
      ),
    })
    .map(({ accept, version, method, name, region }) => {
      const says =
        typeof named === 'string' && /^(tools.call|resources.read|prompts.get)$/.test(method ?? '')
          ? name(named)
          : undefined;
      return {
        accept,
        ...(version !== undefined && { 'mcp-protocol-version': version }),
        ...(method !== undefined && { 'mcp-method': method }),
        ...(says !== undefined && { 'mcp-name': says }),
        ...(region !== undefined && { 'mcp-param-region': region }),
      };
    });
};

const legacy = fc.record({ body: message(legacyMeta), headers: legacyHeaders });
const modern = message(modernMeta).chain((body) =>
  fc.record({ body: fc.constant(body), headers: modernHeaders(body) }),
);
/** Generates the body of one era with the headers of the other. */
const mixed = fc.oneof(
  fc.record({ body: message(modernMeta), headers: legacyHeaders }),
  message(legacyMeta).chain((body) => fc.record({ body: fc.constant(body), headers: modernHeaders(body) })),
);
const batch = fc.record({
  body: fc.oneof(
    fc.uniqueArray(message(legacyMeta), { maxLength: 3, selector: ({ id }) => JSON.stringify(id) }),
    fc.tuple(message(modernMeta)),
    anything,
  ),
  headers: legacyHeaders,
});

const sent = fc.oneof(
  { weight: 8, arbitrary: legacy },
  { weight: 8, arbitrary: modern },
  { weight: 1, arbitrary: mixed },
  { weight: 1, arbitrary: batch },
) as fc.Arbitrary<Omit<GeneratedRequest, 'caller'>>;

/** @param callers the names of the callers to choose from */
export const requests = (callers: string[]): fc.Arbitrary<GeneratedRequest> =>
  fc.record({ caller: fc.constantFrom(...callers), sent }).map(({ caller, sent }) => ({ caller, ...sent }));
