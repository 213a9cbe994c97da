import { INTERNAL_ERROR, INVALID_PARAMS } from '@modelcontextprotocol/server';
import { maskKeys } from '../../access/mask-keys.js';
import type { ServiceError } from '../../errors/service-error.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';
import { type JsonRpcError, toJsonRpcError } from '../protocol/json-rpc.js';
import type { CallTarget } from './call-target.js';

/** What the exception filter makes of a handler's failure, for the dispatcher to put on the wire. */
export class CallFailure {
  constructor(
    readonly error: ServiceError,
    readonly requestId: string,
  ) {}

  /** The call was not let in (or could not be recorded): an HTTP status and a JSON-RPC error, not a result. */
  get isRefusal(): boolean {
    return [401, 403, 429, 503].includes(this.error.status);
  }
}

const CODES: Record<number, number> = { 400: INVALID_PARAMS, 404: INVALID_PARAMS, 500: INTERNAL_ERROR };

/** What a failed read, prompt or completion says. */
export function failureError({ method, name }: CallTarget, { error, requestId }: CallFailure): JsonRpcError {
  // Clients know it by exactly these members (MCP 2026-07-28, resources, error handling).
  if (method === 'resources/read' && error.status === 404) return notFoundError('resources/read', name);
  const shown = toJsonRpcError(error, requestId);
  return { ...shown, code: CODES[error.status] ?? shown.code };
}

/** What a request for something that does not exist says. */
export function notFoundError(method: CallTarget['method'], asked: string): JsonRpcError {
  const name = maskKeys(maskSecrets(asked));
  if (method === 'resources/read')
    return { code: INVALID_PARAMS, message: `Resource ${name} not found`, data: { uri: name } };
  const what = { 'tools/call': 'Tool', 'prompts/get': 'Prompt', 'completion/complete': 'Reference' }[method];
  return { code: INVALID_PARAMS, message: `${what} ${name} not found` };
}
