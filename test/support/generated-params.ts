import * as fc from 'fast-check';

/** Generates mostly values of `usual`, and sometimes one of `odd`. */
export const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 50): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: odd });

const text = fc.oneof(fc.constantFrom('', 'A', 'Ada', 'gone'), fc.string({ maxLength: 8, unit: 'grapheme' }));
export const anything = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'x', 0, -1, 1.5, true, [], [1], {}, { a: 1 }),
  fc.jsonValue({ maxDepth: 2 }),
);

const lists = fc.record({
  method: fc.constantFrom('tools/list', 'resources/list', 'resources/templates/list', 'prompts/list'),
  params: fc.oneof(
    fc.constant({}),
    fc.record({ cursor: fc.constantFrom<unknown>('', 'nothing', 'dHdpbl90ZXh0', 'd2hvYW1p', 1, null) }),
  ),
});

const TOOLS =
  'text sum dto blocks result list nothing wrong_block conflict crash guarded busy header unknown ünknown =?base64?eA==?='
    .split(' ')
    .concat(' spaced ')
    .map((name) => `twin_${name}`);

const input = fc.oneof(
  fc.record({ a: fc.integer(), b: fc.integer() }, { requiredKeys: ['a'] }),
  fc.record({ text, n: fc.integer({ min: 0, max: 12 }) }, { requiredKeys: ['text'] }),
  fc.record({ region: fc.constantFrom('west', 'öst') }),
  fc.constantFrom({}, { a: 'x' }, { text: 5, n: 'many' }),
);
const calls = fc.record({
  method: fc.constant('tools/call'),
  params: fc.record(
    {
      name: mostly<unknown>(fc.constantFrom(...TOOLS, 'whoami', 'documents_search'), anything),
      arguments: mostly<unknown>(input, anything),
    },
    { requiredKeys: ['name'] },
  ),
});

const URIS = [
  'text',
  'bytes',
  'items/1',
  'items/a%20b',
  'items/%E0',
  'items/gone',
  'items/crash',
  'guarded',
  'no',
];
const reads = fc.record({
  method: fc.constant('resources/read'),
  params: fc.record({
    uri: mostly<unknown>(fc.constantFrom(...URIS.map((path) => `twin://${path}`)), anything),
  }),
});

const prompts = fc.record({
  method: fc.constant('prompts/get'),
  params: fc.record(
    {
      name: mostly<unknown>(fc.constantFrom('twin_greet', 'twin_plain', 'twin_unknown'), anything),
      arguments: mostly<unknown>(fc.constantFrom({ who: 'Ada' }, { who: 'Bob' }, {}, { who: 1 }), anything),
    },
    { requiredKeys: ['name'] },
  ),
});

const completions = fc.record({
  method: fc.constant('completion/complete'),
  params: fc.record(
    {
      ref: mostly<unknown>(
        fc.constantFrom<unknown>(
          { type: 'ref/prompt', name: 'twin_greet' },
          { type: 'ref/prompt', name: 'twin_plain' },
          { type: 'ref/prompt', name: 'twin_greet', title: 'x' },
          { type: 'ref/resource', uri: 'twin://items/{id}' },
          { type: 'ref/resource', uri: 'twin://no' },
        ),
        anything,
      ),
      argument: mostly<unknown>(fc.record({ name: fc.constantFrom('who', 'id'), value: text }), anything),
      context: mostly<unknown>(
        fc.constantFrom({}, { arguments: { id: '1' } }, { arguments: { id: 1 } }),
        anything,
      ),
    },
    { requiredKeys: ['ref', 'argument'] },
  ),
});

const others = fc.record({
  method: fc.constantFrom<unknown>(
    'ping',
    'initialize',
    'server/discover',
    'logging/setLevel',
    'resources/subscribe',
    'notifications/initialized',
    'notifications/cancelled',
    'tools/unknown',
    'constructor',
    '',
    5,
  ),
  params: fc.constantFrom<unknown>(
    {},
    { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'spec', version: '1' } },
    { uri: 'twin://text' },
    { level: 'info' },
    { requestId: 1 },
  ),
});

/** Generates a method with its parameters, without `_meta`. */
export const asked = fc.oneof(
  { weight: 4, arbitrary: lists },
  { weight: 8, arbitrary: calls },
  { weight: 3, arbitrary: reads },
  { weight: 3, arbitrary: prompts },
  { weight: 3, arbitrary: completions },
  { weight: 1, arbitrary: others },
) as fc.Arbitrary<{ method: unknown; params: Record<string, unknown> }>;
