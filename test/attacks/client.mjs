// Requests as an attacker makes them: any method, any bytes, over sockets of their own.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

export const MODERN = '2026-07-28';
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientInfo': { name: 'attacks', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const BOTH = 'application/json, text/event-stream';
const TIMEOUT_MS = 20_000;

export class Client {
  agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(url) {
    this.url = url;
  }

  /**
   * One request; an object as body is sent as JSON, a text or bytes as they are. Never rejects: a connection that was
   * cut off has the status 0.
   * @returns {Promise<{ status: number, headers: object, text: string, body: any, id: string | undefined }>}
   */
  send(method, path, { key, headers = {}, body } = {}) {
    const sent =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const all = {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(sent !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(sent),
      }),
      ...headers,
    };
    return new Promise((resolve) => {
      const cut = (error) =>
        resolve({ status: 0, headers: {}, text: String(error), body: undefined, id: undefined });
      const { hostname, port } = new URL(this.url);
      const options = { method, path, hostname, port, headers: all, agent: this.agent, timeout: TIMEOUT_MS };
      const call = request(options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', cut);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const { statusCode: status, headers } = response;
          resolve({ status, headers, text, body: parsed(text, headers), id: headers['x-request-id'] });
        });
      });
      call.on('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      call.on('error', cut);
      call.end(sent);
    });
  }

  /** One JSON-RPC request of an older revision. */
  rpc(key, method, params = {}, headers = {}) {
    const body = { jsonrpc: '2.0', id: 1, method, params };
    return this.send('POST', '/mcp', { key, headers: { accept: BOTH, ...headers }, body });
  }

  /** The same in the revision 2026-07-28. */
  modern(key, method, params = {}, headers = {}) {
    const body = {
      jsonrpc: '2.0',
      id: 1,
      method,
      params: { ...params, _meta: { ...ENVELOPE, ...params._meta } },
    };
    const named = params.name ?? params.uri;
    return this.send('POST', '/mcp', {
      key,
      headers: {
        accept: BOTH,
        'mcp-protocol-version': MODERN,
        'mcp-method': method,
        ...(typeof named === 'string' && { 'mcp-name': headerText(named) }),
        ...headers,
      },
      body,
    });
  }

  call(key, name, args = {}) {
    return this.rpc(key, 'tools/call', { name, arguments: args });
  }

  /** Bytes as they are, on a socket of their own. @returns the text that came back until the end */
  raw(bytes, { waitMs = 5_000 } = {}) {
    const { hostname, port } = new URL(this.url);
    return new Promise((resolve) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.setEncoding('latin1').on('data', (chunk) => (text += chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
      socket.setTimeout(waitMs, () => socket.destroy());
    });
  }

  /** A socket that sends and reads nothing. */
  async deaf(bytes) {
    const { hostname, port } = new URL(this.url);
    const socket = connect({ port: Number(port), host: hostname });
    socket.pause();
    socket.on('error', () => undefined);
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    socket.write(bytes);
    return socket;
  }

  close() {
    this.agent.destroy();
  }
}

/** The text of an HTTP/1.1 request. */
export function httpText(method, path, { key, headers = {}, body = '' } = {}) {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    ...(key === undefined ? [] : [`Authorization: Bearer ${key}`]),
    ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export const headerText = (value) =>
  /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)
    ? value
    : `=?base64?${Buffer.from(value).toString('base64')}?=`;

/** JSON, or the last message of an event stream. */
function parsed(text, headers) {
  const source = String(headers['content-type']).startsWith('text/event-stream')
    ? text
        .split('\n')
        .findLast((line) => line.startsWith('data: {'))
        ?.slice(6)
    : text;
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** The public code of a refusal, on REST or on MCP. */
export const codeOf = ({ body }) =>
  body?.code ?? body?.error?.data?.code ?? body?.result?.structuredContent?.code;
