import { INVALID_REQUEST, type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server';
import { ServiceError } from '../../errors/service-error.js';
import { type JsonRpcError, toJsonRpcError } from '../protocol/json-rpc.js';
import { parseBody, requestIdOf, type WrongBody } from '../protocol/request-body.js';

export type StdioMessage = { ok: true; message: JSONRPCMessage } | WrongBody;

/** Parses one line of the input. */
export function readMessage(line: string): StdioMessage {
  const body = parseBody(line);
  if (!body.ok) return body;
  try {
    return { ok: true, message: parseJSONRPCMessage(body.value) };
  } catch {
    const message = 'Invalid Request: each line is one JSON-RPC 2.0 message';
    return { ok: false, id: requestIdOf(body), error: { code: INVALID_REQUEST, message } };
  }
}

/** Returns the error for a line that was too long to be buffered. */
export const tooLong = (maxBytes: number, requestId: string): JsonRpcError =>
  toJsonRpcError(
    new ServiceError('payload_too_large', `The line is longer than ${maxBytes} bytes`),
    requestId,
  );
