import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { AuditedCalls } from './audited-calls.js';
import { HandlerOutcome } from './handler-outcome.js';
import { AuditSubjects } from './audit-subjects.js';

/**
 * Leaves a row for every REST call of a handler that asks for scopes. Calls of MCP handlers pass: the module that
 * dispatches them records them, by the same {@link AuditedCalls}.
 *
 * @example `@UseInterceptors(AuditInterceptor)` on a controller of an application that embeds Bouncer
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly subjects: AuditSubjects,
    private readonly calls: AuditedCalls,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const subject = this.subjects.begin(context);
    if (!subject.plan.audited || subject.plan.isMcp) return next.handle();
    const run = async () => {
      const returned: unknown = await firstValueFrom(next.handle(), { defaultValue: undefined });
      return new HandlerOutcome(returned, returned);
    };
    return from(this.calls.execute(subject, run).then(({ result }) => result));
  }
}
