import { lineText } from '../../validation/line-text.js';
import type { Finding } from '../verify/findings.js';
import type { VerifyReport } from '../verify/verify-audit.js';
import type { ToldFinding, VerificationResult } from './audit-verification.entity.js';

const MAX_MESSAGE = 500;

/** Tells findings in sentences. What they name stands in the database, as whoever changed it chose. */
export function resultOf({ counts, findings }: VerifyReport): VerificationResult {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return {
    findings: findings.map(told),
    counts: Object.fromEntries(found),
    findingsCount: found.reduce((sum, [, count]) => sum + count, 0),
    problem: null,
  };
}

function told({ kind, what, nodeId, nodeSeq, rowId, time }: Finding): ToldFinding {
  const message = sentence(what);
  const isTime = time !== null && !Number.isNaN(Date.parse(time));
  return { code: kind, message, nodeId, nodeSeq, rowId, time: isTime ? time : null };
}

/** Makes a sentence of what a finding says. */
export function sentence(what: string): string {
  const text = lineText(what).slice(0, MAX_MESSAGE);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
