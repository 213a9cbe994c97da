import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** Describes the methods of a client that specs use, which all generations have. */
export interface ConnectedClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments?: Record<string, unknown> }): Promise<any>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  readResource(params: { uri: string }): Promise<any>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<any>;
  complete(params: {
    ref: { type: 'ref/resource'; uri: string };
    argument: { name: string; value: string };
  }): Promise<any>;
  close(): Promise<void>;
}

type Connect = (url: string, headers: Record<string, string>) => Promise<ConnectedClient>;

const INFO = { name: 'spec', version: '1.0.0' };

const v2 =
  (versionNegotiation?: { mode: { pin: string } }): Connect =>
  async (url, headers) => {
    const client = new Client(INFO, versionNegotiation ? { versionNegotiation } : {});
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }),
    );
    return client;
  };

const v1: Connect = async (url, headers) => {
  const client = new OldClient(INFO);
  const transport = new OldTransport(new URL(`${url}/mcp`), { requestInit: { headers } });
  await client.connect(transport);
  return client;
};

/** Lists real clients, by name. */
export const CLIENTS: [name: string, connect: Connect][] = [
  ['@modelcontextprotocol/client pinned to 2026-07-28', v2({ mode: { pin: '2026-07-28' } })],
  ['@modelcontextprotocol/client on its legacy default', v2()],
  ['@modelcontextprotocol/sdk 1.32', v1],
];

/** Lists the headers that carry a key. */
export const HEADERS: [name: string, headersFor: (key: string) => Record<string, string>][] = [
  ['Authorization: Bearer', (key) => ({ Authorization: `Bearer ${key}` })],
  ['X-API-Key', (key) => ({ 'X-API-Key': key })],
];
