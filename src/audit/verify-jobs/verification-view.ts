import type { AuditVerification } from './audit-verification.entity.js';
import type { LastVerification, Verification, VerificationList } from './verifications.schema.js';

/** As a list has it: without the findings. */
export function listed(verification: AuditVerification): VerificationList['verifications'][number] {
  const { id, state, requestedBy, requestedAt, startedAt, endedAt, progress, findingsCount, problem } =
    verification;
  return {
    id,
    state,
    requestedBy,
    requestedAt,
    startedAt,
    endedAt,
    progress,
    verifiedUpTo: upTo(verification),
    findingsCount,
    counts: Object.entries(verification.counts).map(([code, count]) => ({ code: code as Code, count })),
    problem,
  };
}

type Code = Verification['counts'][number]['code'];

export const toView = (verification: AuditVerification): Verification => ({
  ...listed(verification),
  findings: verification.findings.map((finding) => ({
    ...finding,
    time: finding.time === null ? null : new Date(finding.time),
  })),
});

export const lastOf = (verification: AuditVerification): NonNullable<LastVerification> => ({
  id: verification.id,
  state: verification.state as 'passed' | 'failed',
  at: verification.endedAt!,
  verifiedUpTo: upTo(verification)?.at ?? null,
  findingsCount: verification.findingsCount,
  problem: verification.problem,
});

const upTo = ({ verifiedUpTo }: AuditVerification) =>
  verifiedUpTo && { ...verifiedUpTo, at: new Date(verifiedUpTo.at) };
