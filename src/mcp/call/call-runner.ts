import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AuditSubjects, idOf } from '../../audit/recording/audit-subjects.js';
import { HandlerOutcome } from '../../audit/recording/handler-outcome.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/service-error.js';
import { ResultFactory } from './results/result-factory.js';
import { describeTarget } from './call-target.js';
import { InputRequests } from './input-requests.js';
import { InputNeeded } from './client-input.js';
import type { SerializedResult } from './results/serialized-result.js';
import type { McpCall } from './mcp-call.js';
import { blockedValue } from './call-access.js';
import { TimeLimit } from './time-limit.js';

/**
 * Around each MCP handler, within the audit: the row then says what became of the call. It ends the handler's time,
 * makes a question of what the handler still needs to know, and a result of what it returns.
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
   * A handler that does not mind its signal goes on after its time, but nobody waits for it.
   * @param work of the interceptors, pipes and the method
   * @returns with what the client gets: from here on only the row reads what the method returned
   */
  async awaitHandler(call: McpCall, work: Promise<unknown>): Promise<HandlerOutcome<SerializedResult>> {
    let returned: unknown;
    try {
      returned = await this.limit.hold(work, () => this.end(call));
    } catch (error) {
      if (!(error instanceof InputNeeded)) throw error;
      returned = await this.question(call, error);
    }
    this.assertReachable(call, returned);
    const result = this.results.create(call, returned);
    return new HandlerOutcome(returned, result instanceof Promise ? await result : result);
  }

  onModuleDestroy(): void {
    this.limit.stop();
  }

  /** What was found by its title or in another way is known only now. @throws resourceBlocked */
  private assertReachable(call: McpCall, returned: unknown): void {
    const { denied } = call.target.entry;
    const refusal = denied && blockedValue(denied, returned);
    if (!refusal) return;
    this.subjects.nameResource(call, idOf(returned)!);
    throw refusal;
  }

  private end(call: McpCall): Error {
    const error = timedOut(call, this.limit.ms);
    call.abort(error);
    return error;
  }

  private question(call: McpCall, needed: InputNeeded): Promise<unknown> {
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
