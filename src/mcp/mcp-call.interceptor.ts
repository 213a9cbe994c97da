import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { AuditSubjects } from '../audit/audit-subjects.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';
import { CallResults } from './call-results.js';
import { wordsOf } from './call-target.js';
import { InputRequests } from './input-requests.js';
import { InputNeeded } from './ask.js';
import type { McpCall } from './mcp-call.js';

/**
 * Around each MCP handler, within the audit: the row then says what became of the call. It ends the handler's time,
 * makes a question of what the handler still needs to know, and a result of what it returns.
 */
@Injectable()
export class McpCallInterceptor implements NestInterceptor {
  constructor(
    private readonly results: CallResults,
    private readonly inputs: InputRequests,
    private readonly subjects: AuditSubjects,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType<string>() !== 'mcp') return next.handle();
    return from(this.run(context.getArgByIndex<McpCall>(1), next));
  }

  private async run(call: McpCall, next: CallHandler): Promise<unknown> {
    const returned = await this.inTime(call, next).catch((error: unknown) => {
      if (!(error instanceof InputNeeded)) throw error;
      this.subjects.note(call, { asked: Object.keys(error.requests) });
      return this.inputs.resultOf(call, error);
    });
    call.settle(returned, await this.results.make(call, returned));
    return returned;
  }

  /** A handler that does not mind its signal goes on, but nobody waits for it. */
  private inTime(call: McpCall, next: CallHandler): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const error = timedOut(call, this.settings.mcp.handlerTimeoutMs);
        call.abort(error);
        reject(error);
      }, this.settings.mcp.handlerTimeoutMs);
      firstValueFrom(next.handle(), { defaultValue: undefined })
        .finally(() => clearTimeout(timer))
        .then(resolve, reject);
    });
  }
}

const timedOut = ({ target }: McpCall, ms: number) =>
  new ServiceError(
    'handler_timeout',
    504,
    `The ${wordsOf(target)} was stopped after ${ms / 1000} seconds. Ask for less, or try again later.`,
    { data: { timeoutSeconds: ms / 1000 } },
  );
