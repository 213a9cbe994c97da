import type { Caller, CallerRequest } from '../../access/caller.js';
import type { AuditTrail } from '../../audit/recording/audit-trail.js';

/** What a person decided about a client. */
export interface Decision {
  caller: Caller;
  clientId: string;
  organizationId: string;
  isAllowed: boolean;
  scopes: readonly string[];
  /** Whether the person typed the code that a program shows. */
  byCode?: boolean;
}

/** Records what a person decided about a client. */
export function recordConsent(
  trail: AuditTrail,
  request: CallerRequest,
  { caller, clientId, organizationId, isAllowed, scopes, byCode }: Decision,
): Promise<void> | undefined {
  return trail.attempted(
    {
      request,
      action: 'oauth.consent',
      resource: `oauth_client:${clientId}`,
      metadata: { scopes: [...scopes], organizationId, ...(byCode && { byCode }) },
    },
    isAllowed ? 'success' : 'denied',
    isAllowed ? null : 'refused_by_person',
    { ...caller, organizationId, clientId },
  );
}
