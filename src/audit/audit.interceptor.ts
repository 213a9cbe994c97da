import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { AuditSubjects, type CallSubject, idOf } from './audit-subjects.js';
import { AuditTrail } from './audit-trail.js';

/**
 * Leaves a row for every tool call and for every REST call of a handler that asks for scopes, with its outcome and
 * how long it took. The caller never waits for the row.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly subjects: AuditSubjects,
    private readonly trail: AuditTrail,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const subject = this.subjects.begin(context);
    if (!subject.audited) return next.handle();
    const started = performance.now();
    // `next` and `error`: where one value is awaited, `complete` never comes.
    return next.handle().pipe(
      tap({
        next: (result) => this.trail.succeeded(withResult(subject, result), performance.now() - started),
        error: (error: unknown) => this.trail.failed(subject, error, performance.now() - started),
      }),
    );
  }
}

/** What was just made is known by the id of what the handler returns. */
function withResult(subject: CallSubject, result: unknown): CallSubject {
  if (subject.resource || !subject.resourceKind) return subject;
  const id = idOf(result);
  return id ? { ...subject, resource: `${subject.resourceKind}:${id}` } : subject;
}
