import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuditSubjects } from './audit-subjects.js';
import { AuditTrail } from './audit-trail.js';

/**
 * The first of the global guards: it notes what the call is about, and refuses all but public handlers while the
 * row of a call, or of its refusal, would have no place.
 */
@Injectable()
export class AuditSubjectGuard implements CanActivate {
  constructor(
    private readonly subjects: AuditSubjects,
    private readonly trail: AuditTrail,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { plan } = this.subjects.begin(context);
    return plan.isPublic || this.trail.hasRoom() || this.trail.waitForRoom();
  }
}
