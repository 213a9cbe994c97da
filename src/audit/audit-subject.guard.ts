import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuditSubjects } from './audit-subjects.js';

/** The first of the global guards: it lets everybody pass and notes what the call is about. */
@Injectable()
export class AuditSubjectGuard implements CanActivate {
  constructor(private readonly subjects: AuditSubjects) {}

  canActivate(context: ExecutionContext): boolean {
    this.subjects.begin(context);
    return true;
  }
}
