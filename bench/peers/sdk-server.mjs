import { McpServer } from '@modelcontextprotocol/server';
import { echo, INFO, TOOLS } from './common.mjs';

/** Creates a server of SDK 2 for one request, because a shared one confuses its clients. */
export function sdkServer() {
  const server = new McpServer(INFO);
  for (const { name, description, input } of TOOLS)
    server.registerTool(name, { description, inputSchema: input }, echo);
  return server;
}
