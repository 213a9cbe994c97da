import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuditSubjects } from './audit-subjects.js';
import { AuditTrail } from './audit-trail.js';

/**
 * The first global guard. It notes what the call is about, and refuses calls of all but public handlers while there is no room for
 * their audit rows.
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
