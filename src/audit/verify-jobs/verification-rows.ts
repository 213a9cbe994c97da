import { Injectable } from '@nestjs/common';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import { AuditTrail } from '../recording/audit-trail.js';
import type { AuditVerification } from './audit-verification.entity.js';
import { VerificationStore } from './verification-store.js';

/** Writes the audit row of the end of a verification. That of its start is the row of the request. */
@Injectable()
export class VerificationRows {
  constructor(
    private readonly trail: AuditTrail,
    private readonly store: VerificationStore,
  ) {}

  async ended(id: string): Promise<void> {
    const verification = await this.store.find(id);
    if (verification) await this.write(verification);
  }

  /** Ends what the processes of other replicas have left behind. */
  async endLost(): Promise<void> {
    for (const verification of await this.store.endLost()) await this.write(verification);
  }

  private async write(verification: AuditVerification): Promise<void> {
    const { id, requestedBy, state, progress, findingsCount, counts, problem, verifiedUpTo } = verification;
    await this.trail.noticed(
      'audit-verification',
      {
        action: 'audit_verification.end',
        resource: `audit_verification:${id}`,
        metadata: {
          state,
          ...progress,
          verifiedUpTo: verifiedUpTo?.at ?? null,
          findingsCount,
          counts,
          problem,
        },
      },
      {
        key: {
          userId: requestedBy,
          keyId: null,
          keyStart: null,
          organizationId: DEFAULT_ORGANIZATION,
        },
      },
    );
  }
}
