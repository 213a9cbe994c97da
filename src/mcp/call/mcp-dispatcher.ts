import { Injectable } from '@nestjs/common';
import { refusalOf } from '../../access/access-policy.js';
import type { CallerRequest } from '../../access/caller.js';
import { ProtectedResource } from '../../access/protected-resource.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { HandlerOutcome } from '../../audit/recording/handler-outcome.js';
import { internalError } from '../../errors/nest-error.js';
import { ServiceError } from '../../errors/service-error.js';
import { CallFailure, failureError, notFoundError } from './call-failure.js';
import { ResultFactory } from './results/result-factory.js';
import type { CallTarget } from './call-target.js';
import { toCompletionResult } from './results/completion-result.js';
import { type JsonRpcError, toJsonRpcError } from '../protocol/json-rpc.js';
import { SerializedResult } from './results/serialized-result.js';
import { type CallFrame, McpCall } from './mcp-call.js';
import { blockedTarget } from './call-access.js';
import { ResultSecrets } from './results/result-secrets.js';
import { toErrorResult } from './results/tool-result.js';

/** Holds an error with the status and headers that the HTTP answer has when the error is the whole answer. */
export interface CallRefusal {
  kind: 'error';
  error: JsonRpcError;
  status: number;
  headers: Record<string, string>;
}

export type CallOutcome = { kind: 'result'; result: SerializedResult } | CallRefusal;

/** Runs handlers for every transport. */
@Injectable()
export class McpDispatcher {
  constructor(
    private readonly results: ResultFactory,
    private readonly trail: AuditTrail,
    private readonly secrets: ResultSecrets,
    private readonly resource: ProtectedResource,
  ) {}

  async dispatch(target: CallTarget, frame: CallFrame): Promise<CallOutcome> {
    const { entry, input } = target;
    if (!entry) return this.unknownOutcome(target, frame);
    const call = new McpCall({ ...target, entry }, frame, this.secrets);
    const outcome = await entry.invoke(input, call);
    if (outcome instanceof HandlerOutcome)
      return { kind: 'result', result: (outcome as HandlerOutcome<SerializedResult>).result };
    if (outcome instanceof CallFailure) return this.failureOutcome(target, outcome, frame.request);
    return this.filterOutcome(call, outcome);
  }

  /** Turns what a handler's own exception filter returned into a result. */
  private async filterOutcome(call: McpCall, returned: unknown): Promise<CallOutcome> {
    try {
      return { kind: 'result', result: await this.results.create(call, returned) };
    } catch (error) {
      const failure = error instanceof ServiceError ? error : internalError(error);
      return this.failureOutcome(call.target, new CallFailure(failure, call.request.id), call.request);
    }
  }

  private async unknownOutcome(target: CallTarget, { request, meta }: CallFrame): Promise<CallOutcome> {
    const { method, name, completes, labels } = target;
    const isTool = method === 'tools/call';
    const named = isTool ? { tool: name } : labels;
    const subject = { request, action: method, ...named, traceparent: meta?.traceparent };
    if (completes && !refusalOf(completes.rule, request.user)) {
      const blocked = blockedTarget(target);
      if (!blocked) return { kind: 'result', result: SerializedResult.plain(toCompletionResult([])) };
      await this.trail.refused(request, blocked, () => subject);
      return this.failureOutcome(target, new CallFailure(blocked, request.id), request);
    }
    await this.trail.unknown(subject, isTool ? 'unknown_tool' : 'not_found');
    return { kind: 'error', error: notFoundError(method, name), status: 200, headers: {} };
  }

  /** Turns a failure into an outcome, with the secrets in its message masked. */
  private failureOutcome(target: CallTarget, failure: CallFailure, request: CallerRequest): CallOutcome {
    const { error, requestId } = failure;
    if (failure.isRefusal) {
      const { status, options } = error;
      const shown = this.secrets.cleanMessage(toJsonRpcError(error, requestId));
      const headers = this.resource.challenged(options.headers, request);
      return { kind: 'error', error: shown, status, headers };
    }
    if (target.method === 'tools/call')
      return {
        kind: 'result',
        result: SerializedResult.plain(this.secrets.cleanMessage(toErrorResult(failure))),
      };
    const shown = this.secrets.cleanMessage(failureError(target, failure));
    return { kind: 'error', error: shown, status: 200, headers: {} };
  }
}
