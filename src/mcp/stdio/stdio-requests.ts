import { CLIENT_INFO_META_KEY, type JSONRPCRequest } from '@modelcontextprotocol/server';
import { newId } from '../../common/new-id.js';
import type { CallerRequest } from '../../access/caller.js';
import { isObject, keepMcpBody, MCP_PATH } from '../protocol/request-body.js';

/** A local process counts as a caller from the machine's own address. */
const LOCAL = '127.0.0.1';
const TRANSPORT = 'stdio';

/** Makes of each message the request that guards, limits and audit look at: as if it had been sent to `/mcp`. */
export class StdioRequests {
  /** What the client said of itself when it connected; newer revisions say it with each request. */
  private client: string | undefined;

  constructor(private readonly key: string) {}

  /** The one that asks whether the key is good at all: a step of the handshake. */
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
