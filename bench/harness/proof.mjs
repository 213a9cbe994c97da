// A service is measured only after its protections were seen to work.
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text: 'proof' } },
});

async function call(url, key) {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(key && { authorization: `Bearer ${key}` }),
    },
    body: BODY,
  });
  return { status: response.status, limit: response.headers.get('ratelimit'), text: await response.text() };
}

/** @throws Error when a key, a scope or the limit is not enforced @returns the observed statuses */
export async function proveProtections(url, { key, stranger }) {
  const without = await call(url);
  const wrong = await call(url, `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`);
  const denied = await call(url, stranger);
  const served = await call(url, key);
  const seen = {
    'no key': without.status,
    'another key': wrong.status,
    'a key without the scope': denied.status,
    'the key': served.status,
    RateLimit: served.limit,
  };
  const right =
    without.status === 401 &&
    wrong.status === 401 &&
    denied.status === 403 &&
    denied.text.includes('insufficient_scope') &&
    served.status === 200 &&
    served.limit !== null;
  if (!right) throw new Error(`Not everything is on: ${JSON.stringify(seen)}`);
  return seen;
}
