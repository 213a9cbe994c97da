import { INTERNAL_ERROR, INVALID_PARAMS } from '@modelcontextprotocol/server';
import { maskKeys } from '../../access/mask-keys.js';
import type { ServiceError } from '../../errors/service-error.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';
import { type JsonRpcError, toJsonRpcError } from '../protocol/json-rpc.js';
import type { CallTarget } from './call-target.js';

/** Carries a failed call from the exception filter to the dispatcher, which writes it as JSON-RPC. */
export class CallFailure {
  constructor(
    readonly error: ServiceError,
    readonly requestId: string,
  ) {}

  /**
   * Is true when a guard refused the call, or when the audit could not record it. Such a call is answered with an
   * HTTP status and a JSON-RPC error instead of a result.
   */
  get isRefusal(): boolean {
    return [401, 403, 429, 503].includes(this.error.status);
  }
}

const CODES: Record<number, number> = { 400: INVALID_PARAMS, 404: INVALID_PARAMS, 500: INTERNAL_ERROR };

/** Returns the JSON-RPC error of a failed read, prompt or completion. A failed tool returns a result instead. */
export function failureError({ method, name }: CallTarget, { error, requestId }: CallFailure): JsonRpcError {
  // Clients recognise this error by exactly these members (MCP 2026-07-28, resources, error handling).
  if (method === 'resources/read' && error.status === 404) return notFoundError('resources/read', name);
  const shown = toJsonRpcError(error, requestId);
  return { ...shown, code: CODES[error.status] ?? shown.code };
}

/** Returns the JSON-RPC error of a request for a handler or resource that does not exist. */
export function notFoundError(method: CallTarget['method'], asked: string): JsonRpcError {
  const name = maskKeys(maskSecrets(asked));
  if (method === 'resources/read')
    return { code: INVALID_PARAMS, message: `Resource ${name} not found`, data: { uri: name } };
  const what = { 'tools/call': 'Tool', 'prompts/get': 'Prompt', 'completion/complete': 'Reference' }[method];
  return { code: INVALID_PARAMS, message: `${what} ${name} not found` };
}
