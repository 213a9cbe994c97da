import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../../access/caller.js';
import type { CallTarget } from '../call/call-target.js';
import { paramHeaderError } from '../definitions/param-headers.js';
import type { JsonRpcError } from '../protocol/json-rpc.js';
import { MODERN_REVISION } from '../protocol/protocol-era.js';
import { RequestSubjects } from '../registry/request-subjects.js';
import { SdkBridge } from '../sdk/sdk-bridge.js';
import { type DirectRoute, directRoute } from './direct-route.js';
import { standardHeaderError } from './standard-headers.js';

/**
 * Says how a request to the endpoint is answered. A `mismatch` is refused, because its headers contradict its body.
 */
export type ClassifiedRequest =
  | { kind: 'list'; route: DirectRoute }
  | { kind: 'call'; route: DirectRoute; target: CallTarget }
  | { kind: 'sdk' }
  | { kind: 'mismatch'; error: JsonRpcError };

const BY_SDK: ClassifiedRequest = { kind: 'sdk' };

/** Decides once for each request whether the service answers it directly or passes it to the SDK. */
@Injectable()
export class RequestClassifier {
  constructor(
    private readonly subjects: RequestSubjects,
    private readonly sdk: SdkBridge,
  ) {}

  /** @param body the parsed JSON of the request */
  classify(request: CallerRequest, body: unknown): ClassifiedRequest {
    const route = directRoute(request, body);
    const target = this.subjects.targetOf(request);
    // `directRoute` has already compared the standard headers of a request of the newest revision.
    const error =
      (route?.modern ? undefined : standardHeaderError(body, request.headers)) ??
      (target && paramMismatch(target, request));
    if (error) return { kind: 'mismatch', error };
    if (!route || target?.entry?.isInteractive || this.sdk.inSession(request)) return BY_SDK;
    return target ? { kind: 'call', route, target } : { kind: 'list', route };
  }
}

/** Returns an error when a stateless call contradicts its arguments in the headers that repeat them. */
function paramMismatch({ entry, input }: CallTarget, { headers }: CallerRequest): JsonRpcError | undefined {
  if (!entry?.paramHeaders.length || headers['mcp-protocol-version'] !== MODERN_REVISION) return undefined;
  return paramHeaderError(entry.paramHeaders, input, headers);
}
