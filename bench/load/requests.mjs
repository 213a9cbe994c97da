// Builds requests and checks answers. Each request has an id and a text of its own.

const META = JSON.stringify({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
});
const WORDS = ['harbour', 'ledger', 'meadow', 'copper', 'signal', 'orchard', 'lantern', 'granite'];

const call = (name, input) => ({
  method: 'tools/call',
  name,
  params: `"name":"${name}","arguments":${input}`,
});

/**
 * Defines each kind of request: its parts for the number `n`, and how to find what is wrong with a result. `ids` are
 * those of the caller's documents.
 */
const KINDS = {
  call: {
    parts: (n) => call('echo', `{"text":"text ${n}"}`),
    fault: ({ content }, n) => (content?.[0]?.text === `text ${n}` ? undefined : 'another text'),
  },
  list: {
    parts: () => ({ method: 'tools/list', params: '' }),
    fault: ({ tools }) => (tools?.some(({ name }) => name === 'echo') ? undefined : 'no tool echo'),
  },
  whoami: {
    parts: () => call('whoami', '{}'),
    fault: ({ structuredContent }) => (structuredContent?.works ? undefined : 'a key that does not work'),
  },
  get: {
    parts: (n, ids) => call('documents_get', `{"id":"${ids[n % ids.length]}"}`),
    fault: ({ structuredContent }, n, ids) =>
      structuredContent?.id === ids[n % ids.length] ? undefined : 'another document',
  },
  documents: {
    parts: () => call('documents_list', '{"limit":20}'),
    fault: ({ structuredContent }) =>
      structuredContent?.documents.length === 20 ? undefined : 'another number of documents',
  },
  search: {
    parts: (n) =>
      call('documents_search', `{"query":"${WORDS[n % WORDS.length]} number${n % 97}","limit":10}`),
    fault: ({ structuredContent }) => (structuredContent?.count > 0 ? undefined : 'nothing found'),
  },
};

/** @returns `build(n, key)` and `check(n, answer)`, which returns what is wrong */
export function requestsOf({ kind, era, port, ids }) {
  const { parts, fault } = KINDS[kind];
  const modern = era === 'modern';
  return {
    build: (n, key) => {
      const { method, name, params } = parts(n, ids);
      const members = modern ? [params, `"_meta":${META}`].filter(Boolean).join(',') : params;
      const body = `{"jsonrpc":"2.0","id":${n},"method":"${method}","params":{${members}}}`;
      const repeated = modern
        ? `mcp-protocol-version: 2026-07-28\r\nmcp-method: ${method}\r\n${name ? `mcp-name: ${name}\r\n` : ''}`
        : 'mcp-protocol-version: 2025-11-25\r\n';
      return `POST /mcp HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${key}\r\nuser-agent: bench/1.0\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\n${repeated}content-length: ${body.length}\r\n\r\n${body}`;
    },
    check: checker((result, n) => fault(result, n, ids)),
  };
}

/** Checks each answer. An answer that repeats an earlier one except for its id is known to be correct. */
function checker(fault) {
  let known;
  return (n, { error, status, body }) => {
    if (error) return error.message;
    const id = `"id":${n}`;
    const at = body.lastIndexOf(id);
    const [before, after] = [body.subarray(0, at), body.subarray(at + id.length)];
    if (status === 200 && at >= 0 && known?.before.equals(before) && known.after.equals(after))
      return undefined;
    const wrong = read(body.toString(), status, n, fault);
    if (!wrong && at >= 0) known = { before, after };
    return wrong;
  };
}

/** @returns what is wrong with the answer, or undefined */
function read(body, status, n, fault) {
  const start = body.slice(0, 200);
  if (status !== 200) return `${status} ${start}`;
  const text = body.startsWith('{') ? body : /^data: *(.*)$/m.exec(body)?.[1];
  if (text === undefined) return `no JSON: ${start}`;
  const message = JSON.parse(text);
  if (message.id !== n) return `another id: ${start}`;
  const wrong = message.result ? fault(message.result, n) : 'no result';
  return wrong && `${wrong}: ${start}`;
}
