import { CLIENT_INFO_META_KEY, type JSONRPCRequest } from '@modelcontextprotocol/server';
import { newId } from '../../common/new-id.js';
import type { CallerRequest } from '../../access/caller.js';
import { isObject, keepMcpBody, MCP_PATH } from '../protocol/request-body.js';

/** A local process is treated as a caller from the loopback address. */
const LOCAL = '127.0.0.1';
const TRANSPORT = 'stdio';

/** Converts each message to the request that guards, limits and audit expect, as if it had been sent to `/mcp`. */
export class StdioRequests {
  /** The client's name from the handshake. Clients of newer revisions send it with each request. */
  private client: string | undefined;

  constructor(private readonly key: string) {}

  /** Returns a request that only checks the key. It is a ping, which costs nothing. */
  keyCheck(): CallerRequest {
    return this.create({ jsonrpc: '2.0', id: 0, method: 'ping' });
  }

  create(message: JSONRPCRequest): CallerRequest {
    const { method, params } = message;
    const meta = isObject(params?._meta) ? params._meta : {};
    if (method === 'initialize') this.client = nameOf(params?.clientInfo);
    const client = nameOf(meta[CLIENT_INFO_META_KEY]) ?? this.client;
    const request: CallerRequest = {
      id: newId(),
      ip: LOCAL,
      method: 'POST',
      url: MCP_PATH,
      headers: {
        authorization: `Bearer ${this.key}`,
        'user-agent': client === undefined ? TRANSPORT : `${client} (${TRANSPORT})`,
      },
    };
    keepMcpBody(request, message);
    return request;
  }
}

function nameOf(client: unknown): string | undefined {
  if (!isObject(client) || typeof client.name !== 'string') return undefined;
  return typeof client.version === 'string' ? `${client.name}/${client.version}` : client.name;
}
