// Serves what the tutorials build: Express, SDK 1 with a server per request, a map of SHA-256 hashes,
// `express-rate-limit`, and an audit line on the console.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import { createServer } from 'node:http';
import { announce, callerOf, echo, INFO, SCOPE, TOOLS } from './common.mjs';

const refuse = (response, status, message) =>
  response.status(status).json({ jsonrpc: '2.0', error: { code: -32001, message }, id: null });

function authenticate(request, response, next) {
  request.user = callerOf(request.headers);
  if (request.user) next();
  else refuse(response, 401, 'Invalid API key');
}

const limit = rateLimit({
  windowMs: 60_000,
  limit: 100_000_000,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  keyGenerator: (request) => request.user.id,
});

function audited(name, user, handler) {
  return (input) => {
    if (!user.scopes.includes(SCOPE)) throw new Error(`Insufficient permissions. Required scope: ${SCOPE}`);
    const started = Date.now();
    const result = handler(input);
    const took = Date.now() - started;
    console.log(JSON.stringify({ at: new Date().toISOString(), user: user.id, tool: name, ok: true, took }));
    return result;
  };
}

function serverFor(user) {
  const server = new McpServer(INFO);
  for (const { name, description, input } of TOOLS)
    server.registerTool(name, { description, inputSchema: input }, audited(name, user, echo));
  return server;
}

const app = express();
app.disable('x-powered-by');
app.use(express.json());
app.post('/mcp', authenticate, limit, async (request, response) => {
  const server = serverFor(request.user);
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  response.on('close', () => {
    void transport.close();
    void server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
});
announce(createServer(app));
