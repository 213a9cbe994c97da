import type { Result } from '@modelcontextprotocol/server';
import { Injectable, Logger } from '@nestjs/common';
import { refusalOf } from '../access/access-policy.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { ServiceError } from '../errors/service-error.js';
import { CallFailure, failureError, notFoundError } from './call-failure.js';
import { toResult } from './call-result.js';
import type { CallTarget } from './call-targets.js';
import { toCompletionResult } from './completion-result.js';
import { type JsonRpcError, toJsonRpcError } from './json-rpc.js';
import { type CallParts, McpCall } from './mcp-call.js';
import type { Registered } from './primitive.js';
import { toErrorResult } from './tool-result.js';

export type CallOutcome =
  | { kind: 'result'; result: Result }
  /** With the status and headers of the HTTP answer, where that is this one error. */
  | { kind: 'error'; error: JsonRpcError; status: number; headers: Record<string, string> };

/** What a call carries beside its target. */
export type CallFrame = Omit<CallParts, 'action' | 'name'>;

/** Runs handlers, for whoever read the call off the wire. */
@Injectable()
export class McpDispatcher {
  private readonly logger = new Logger(McpDispatcher.name);

  constructor(private readonly trail: AuditTrail) {}

  async run(target: CallTarget, frame: CallFrame): Promise<CallOutcome> {
    const { entry, method: action, name, labels, input } = target;
    if (!entry) return this.missing(target, frame);
    const call = new McpCall({ ...frame, action, name }, labels, entry.input, input);
    const returned = await entry.invoke(input, call);
    return returned instanceof CallFailure
      ? failed(target, returned)
      : this.succeeded(target, entry, returned, frame.request.id);
  }

  private succeeded(
    target: CallTarget,
    entry: Registered,
    returned: unknown,
    requestId: string,
  ): CallOutcome {
    try {
      return { kind: 'result', result: toResult(target, entry, returned) };
    } catch (cause) {
      this.logger.error(
        `${target.name} returned what JSON cannot say, in request ${requestId}: ${String(cause)}`,
      );
      const error = new ServiceError('internal_error', 500, 'Internal error', { cause });
      return failed(target, new CallFailure(error, requestId));
    }
  }

  private async missing(target: CallTarget, { request }: CallFrame): Promise<CallOutcome> {
    const { method, name, completes, labels } = target;
    if (completes && !refusalOf(completes.rule, request.user))
      return { kind: 'result', result: toCompletionResult([]) };
    const isTool = method === 'tools/call';
    const subject = { request, action: method, ...(isTool ? { tool: name } : labels) };
    await this.trail.unknown(subject, isTool ? 'unknown_tool' : 'not_found');
    return { kind: 'error', error: notFoundError(method, name), status: 200, headers: {} };
  }
}

function failed(target: CallTarget, failure: CallFailure): CallOutcome {
  const { error, requestId } = failure;
  if (failure.isRefusal) {
    const { status, options } = error;
    return {
      kind: 'error',
      error: toJsonRpcError(error, requestId),
      status,
      headers: options.headers ?? {},
    };
  }
  if (target.method === 'tools/call') return { kind: 'result', result: toErrorResult(failure) };
  return { kind: 'error', error: failureError(target, failure), status: 200, headers: {} };
}
