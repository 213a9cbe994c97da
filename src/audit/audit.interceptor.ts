import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { firstValueFrom, from, type Observable } from 'rxjs';
import { AuditSubjects, type CallSubject, idOf } from './audit-subjects.js';
import { AuditTrail } from './audit-trail.js';
import { type ChangeRow, setChangeRow } from './change-row.js';
import { RunningCalls } from './running-calls.js';
import { WithinAudit } from './within-audit.js';

/**
 * Leaves a row for every tool call and for every REST call of a handler that asks for scopes, with its outcome and
 * how long it took. The caller does not wait for the row, with three exceptions: the row of a change of keys or users
 * is part of the change; a tool with an elevated scope runs only after its intent is in the table; and
 * `AUDIT_DURABILITY=wal` has every row on disk before the answer.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly subjects: AuditSubjects,
    private readonly trail: AuditTrail,
    private readonly within: WithinAudit,
    private readonly running: RunningCalls,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const subject = this.subjects.begin(context);
    return subject.plan.audited ? from(this.running.hold(this.run(subject, context, next))) : next.handle();
  }

  private async run(subject: CallSubject, context: ExecutionContext, next: CallHandler): Promise<unknown> {
    const started = performance.now();
    let change: ChangeRow | undefined;
    let result: unknown;
    try {
      if (subject.plan.needsIntent) await this.leaveIntent(subject);
      if (!subject.plan.isMcp) {
        change = this.trail.change(subject, started);
        setChangeRow(subject.request, change);
      }
      result = await (subject.plan.isMcp
        ? this.within.run(context, next)
        : firstValueFrom(next.handle(), { defaultValue: undefined }));
    } catch (error) {
      await this.trail.failed(subject, error, performance.now() - started, change?.slot);
      throw error;
    }
    if (change?.settle()) return result;
    nameResult(subject, result);
    await this.trail.succeeded(subject, performance.now() - started);
    return result;
  }

  private async leaveIntent(subject: CallSubject): Promise<void> {
    const intent = await this.trail.intends(subject);
    subject.metadata = { ...subject.metadata, intent };
  }
}

/** What was just made is known by the id of what the handler returns. */
function nameResult(subject: CallSubject, result: unknown): void {
  if (subject.resource || !subject.resourceKind) return;
  const id = idOf(result);
  if (id) subject.resource = `${subject.resourceKind}:${id}`;
}
