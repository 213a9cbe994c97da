import type { RouteDescription } from '../../openapi/api-route.decorator.js';
import { jsonRpcAnswerSchema, jsonRpcErrorSchema } from './mcp.schema.js';

/** Describes the MCP endpoint in the OpenAPI document. The texts are too long to stand in the controller. */
export const MCP_ROUTE: RouteDescription = {
  summary: 'The MCP endpoint',
  description:
    'Streamable HTTP, stateless: a JSON-RPC message of the Model Context Protocol (revisions 2025-03-26 to ' +
    '2026-07-28), answered in the same response. `tools/list` shows the tools that the key may call, with the ' +
    'schemas of their arguments; each tool asks for scopes of its own. The messages are described at ' +
    'modelcontextprotocol.io; errors carry the code of this document as `error.data.code`.',
  responses: {
    200: {
      description: 'The answer, also where a tool failed (`isError`)',
      content: { 'application/json': jsonRpcAnswerSchema, 'text/event-stream': null },
    },
    202: { description: 'A notification was taken' },
    406: { description: 'Accept both types', content: { 'application/json': jsonRpcErrorSchema } },
  },
  body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
  errors: ['insufficient_scope', 'audit_unavailable'],
  errorSchema: jsonRpcErrorSchema,
};

/** Describes GET and DELETE, which serve the sessions and streams of older revisions. */
export const NO_SESSIONS_ROUTE: Omit<RouteDescription, 'summary'> = {
  responses: {
    405: {
      description: 'There are no sessions here',
      content: { 'application/json': jsonRpcErrorSchema },
    },
  },
  errorSchema: jsonRpcErrorSchema,
};
