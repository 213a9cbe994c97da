import {
  INVALID_REQUEST,
  type JSONRPCMessage,
  PARSE_ERROR,
  parseJSONRPCMessage,
} from '@modelcontextprotocol/server';
import { ServiceError } from '../errors/service-error.js';
import { parseJson } from '../validation/parse-json.js';
import { type JsonRpcError, toJsonRpcError } from './json-rpc.js';
import { type JsonRpcId, requestIdOf } from './mcp-body.js';

export type StdioMessage =
  { ok: true; message: JSONRPCMessage } | { ok: false; id: JsonRpcId; error: JsonRpcError };

/** Reads one line of the wire. */
export function readMessage(line: string): StdioMessage {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    return refused(null, { code: PARSE_ERROR, message: 'Parse error: the line is not valid JSON' });
  }
  try {
    return { ok: true, message: parseJSONRPCMessage(value) };
  } catch {
    const message = 'Invalid Request: each line is one JSON-RPC 2.0 message';
    return refused(requestIdOf({ ok: true, value }), { code: INVALID_REQUEST, message });
  }
}

/** What is said of a line that was not kept. */
export const tooLong = (maxBytes: number, requestId: string): JsonRpcError =>
  toJsonRpcError(
    new ServiceError('payload_too_large', 413, `The line is longer than ${maxBytes} bytes`),
    requestId,
  );

const refused = (id: JsonRpcId, error: JsonRpcError): StdioMessage => ({ ok: false, id, error });
