import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AuditSubjects, idOf } from '../../audit/recording/audit-subjects.js';
import { HandlerOutcome } from '../../audit/recording/handler-outcome.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/service-error.js';
import { ResultFactory } from './results/result-factory.js';
import { describeTarget } from './call-target.js';
import { InputRequests } from './input-requests.js';
import { type InputNeeded, isInputNeeded } from './client-input.js';
import type { SerializedResult } from './results/serialized-result.js';
import type { McpCall } from './mcp-call.js';
import { blockedValue } from './call-access.js';
import { TimeLimit } from './time-limit.js';

/**
 * Runs each MCP handler inside the audit, so that the audit row has the outcome. It stops waiting when the time limit
 * is over, turns missing input into a request to the client, and turns the returned value into a result.
 */
@Injectable()
export class CallRunner implements OnModuleDestroy {
  private readonly limit: TimeLimit;

  constructor(
    private readonly results: ResultFactory,
    private readonly inputs: InputRequests,
    private readonly subjects: AuditSubjects,
    @InjectSettings() { mcp }: Settings,
  ) {
    this.limit = new TimeLimit(mcp.handlerTimeoutMs);
  }

  /**
   * Waits for a handler. A handler that ignores its abort signal continues after the time limit, but its result is
   * dropped.
   * @param work the promise of the interceptors, the pipes and the method
   * @returns the result for the client, and the returned value, which only the audit row reads from here on
   */
  async awaitHandler(call: McpCall, work: Promise<unknown>): Promise<HandlerOutcome<SerializedResult>> {
    let returned: unknown;
    try {
      returned = await this.limit.enforce(work, () => this.abortTimedOut(call));
    } catch (error) {
      if (!isInputNeeded(error)) throw error;
      returned = await this.toInputRequest(call, error);
    }
    this.assertReachable(call, returned);
    const result = this.results.create(call, returned);
    return new HandlerOutcome(returned, result instanceof Promise ? await result : result);
  }

  onModuleDestroy(): void {
    this.limit.stop();
  }

  /**
   * Checks the returned value as well, because a handler may find a denied resource by something else than its id.
   * @throws ServiceError `resource_blocked`
   */
  private assertReachable(call: McpCall, returned: unknown): void {
    const { denied } = call.target.entry;
    const refusal = denied && blockedValue(denied, returned);
    if (!refusal) return;
    this.subjects.nameResource(call, idOf(returned)!);
    throw refusal;
  }

  private abortTimedOut(call: McpCall): Error {
    const error = timedOut(call, this.limit.ms);
    call.abort(error);
    return error;
  }

  private toInputRequest(call: McpCall, needed: InputNeeded): Promise<unknown> {
    this.subjects.note(call, { asked: Object.keys(needed.requests) });
    return this.inputs.toResult(call, needed);
  }
}

const timedOut = ({ target }: McpCall, ms: number) =>
  new ServiceError(
    'handler_timeout',
    `The ${describeTarget(target)} was stopped after ${ms / 1000} seconds. Ask for less, or try again later.`,
    { data: { timeoutSeconds: ms / 1000 } },
  );
