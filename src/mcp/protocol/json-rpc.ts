import type { ServiceError } from '../../errors/service-error.js';
import type { JsonRpcId } from './request-body.js';

/** The JSON-RPC code for the server's own errors (JSON-RPC 2.0, section 5.1). `data.code` says which error it is. */
const SERVER_ERROR = -32000;
/** The code for a header that contradicts the body (MCP 2026-07-28). */
export const HEADER_MISMATCH = -32020;

export interface JsonRpcError {
  code: number;
  message: string;
  data?: Record<string, unknown>;
}

/** Converts an error of the service to a JSON-RPC error, for a single answer or an entry of a batch. */
export const toJsonRpcError = (error: ServiceError, requestId: string): JsonRpcError => ({
  code: SERVER_ERROR,
  message: error.message,
  data: { ...error.options.data, code: error.code, requestId },
});

export const errorBody = (id: JsonRpcId, error: JsonRpcError) => ({ jsonrpc: '2.0', id, error });
