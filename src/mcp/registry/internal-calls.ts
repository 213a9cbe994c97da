import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../../access/caller.js';
import { HandlerOutcome } from '../../audit/recording/handler-outcome.js';
import { newId } from '../../common/new-id.js';
import { internalError } from '../../errors/nest-error.js';
import { notFound } from '../../errors/service-error.js';
import { abortOnSignals } from '../call/call-abort.js';
import { CallFailure } from '../call/call-failure.js';
import { McpCall } from '../call/mcp-call.js';
import { ResultSecrets } from '../call/results/result-secrets.js';
import type { SerializedResult } from '../call/results/serialized-result.js';
import { TargetResolver } from './target-resolver.js';

interface InternalCall {
  /** The name of the tool. */
  tool: string;
  input: Record<string, unknown>;
  /** The request of the user, with the caller that the call is made for, and `via`. */
  request: CallerRequest;
  signal: AbortSignal;
}

/**
 * Calls tools for another part of the service. Such a call goes the way of an agent's call: the guards decide about
 * `request.user`, the deny list and the masking of secrets apply, and it leaves its own audit row, whose metadata has `via`.
 * It is not counted against the limit again, because the request that caused it was.
 */
@Injectable()
export class InternalCalls {
  constructor(
    private readonly targets: TargetResolver,
    private readonly secrets: ResultSecrets,
  ) {}

  /**
   * @returns the structured content of the result, as an agent would get it
   * @throws ServiceError as the tool or a guard throws it; `not_found` where the tool is switched off
   */
  async callTool({ tool, input, request, signal }: InternalCall): Promise<unknown> {
    const target = this.targets.resolve('tools/call', { name: tool, arguments: input });
    if (!target?.entry) throw notFound(`Tool ${tool}`);
    const frame = { id: newId(), request, abort: abortOnSignals([signal]), meta: undefined };
    const call = new McpCall({ ...target, entry: target.entry }, frame, this.secrets);
    const outcome = await target.entry.invoke(input, call);
    if (outcome instanceof CallFailure) throw outcome.error;
    if (!(outcome instanceof HandlerOutcome)) throw internalError(outcome);
    const { structuredContent } = (outcome as HandlerOutcome<SerializedResult>).result.parsed();
    return structuredContent;
  }
}
