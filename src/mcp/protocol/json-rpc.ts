import type { ServiceError } from '../../errors/service-error.js';
import type { JsonRpcId } from './request-body.js';

/** JSON-RPC 2.0, section 5.1: the code for errors of the server's own; `data.code` says which. */
const SERVER_ERROR = -32000;
/** MCP 2026-07-28: a header says something else than the body. */
export const HEADER_MISMATCH = -32020;

export interface JsonRpcError {
  code: number;
  message: string;
  data?: Record<string, unknown>;
}

/** What a refusal says on `/mcp`, in an answer of its own or within a batch. */
export const toJsonRpcError = (error: ServiceError, requestId: string): JsonRpcError => ({
  code: SERVER_ERROR,
  message: error.message,
  data: { ...error.options.data, code: error.code, requestId },
});

export const errorBody = (id: JsonRpcId, error: JsonRpcError) => ({ jsonrpc: '2.0', id, error });
