import { McpServer } from '@modelcontextprotocol/server';
import { echo, INFO, TOOLS } from './common.mjs';

/** A server of SDK 2 for one request: one that is shared mixes its clients up. */
export function sdkServer() {
  const server = new McpServer(INFO);
  for (const { name, description, input } of TOOLS)
    server.registerTool(name, { description, inputSchema: input }, echo);
  return server;
}
