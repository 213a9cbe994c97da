import type { Figures } from '../audit/figures/tally.js';
import type { StoppedNow } from '../call-stops/call-stops.service.js';
import type { LastVerification } from '../audit/verify-jobs/verifications.schema.js';
import type { Readiness } from '../health/health.schema.js';

export interface Reason {
  level: 'attention' | 'danger';
  code: string;
  /** What is the matter, and what it means. */
  message: string;
}

/** From this share of failed calls on, and among so many calls, somebody should look. */
const ERRORS_SHARE = 0.05;
const ERRORS_CALLS = 20;

const AUDIT_REASONS: Record<Exclude<Readiness['checks']['audit']['status'], 'ok'>, Reason> = {
  spooling: {
    level: 'attention',
    code: 'audit_spooling',
    message: 'Audit rows wait on disk, because PostgreSQL does not take them. None is lost.',
  },
  lossy: {
    level: 'danger',
    code: 'audit_lossy',
    message: 'Audit rows were lost since the start of this process.',
  },
  full: {
    level: 'danger',
    code: 'audit_full',
    message: 'The audit takes no more rows, so calls are refused with audit_unavailable.',
  },
};

/** Says what is not as it should be, the most urgent first. Nothing means that all is well. */
export function reasonsOf(
  { checks, status, state }: Readiness,
  { calls, errors }: Figures,
  verification: LastVerification,
  stopped: StoppedNow,
): Reason[] {
  const { database, audit, seals, rateLimit, coherence } = checks;
  const reasons: Reason[] = [];
  const add = (level: Reason['level'], code: string, message: string) =>
    reasons.push({ level, code, message });
  if (database.status !== 'ok')
    add('danger', 'database_unavailable', 'PostgreSQL did not answer within 750 ms.');
  if (coherence.status !== 'ok')
    add('danger', 'lease_expired', 'This replica lost touch with the others, so it refuses calls.');
  if (status !== 'ok' && state === 'serving')
    add('danger', 'not_ready', 'This replica answers no calls now.');
  if (stopped.all) add('danger', 'calls_stopped', 'Somebody has stopped all MCP calls.');
  if (audit.status !== 'ok') reasons.push(AUDIT_REASONS[audit.status]);
  if (verification?.state === 'failed') reasons.push(failedVerification(verification));
  if (audit.abandonedNodes > 0)
    add('attention', 'audit_abandoned', 'Rows of ended processes are on disk and not in the table yet.');
  if (seals.status !== 'ok')
    add('attention', 'seals_behind', 'Audit rows have waited for their seal for more than a minute.');
  if (rateLimit.status !== 'ok')
    add(
      'attention',
      'limits_degraded',
      'Redis does not count limits, so each replica takes its share of them.',
    );
  if (stopped.tools > 0) add('attention', 'tools_stopped', `Tools that are switched off: ${stopped.tools}.`);
  if (calls >= ERRORS_CALLS && errors / calls >= ERRORS_SHARE)
    add('attention', 'many_errors', `${errors} of ${calls} calls failed.`);
  const urgency = ({ level }: Reason) => (level === 'danger' ? 0 : 1);
  return reasons.sort((one, other) => urgency(one) - urgency(other));
}

const failedVerification = ({ findingsCount, problem }: NonNullable<LastVerification>): Reason =>
  problem === null
    ? {
        level: 'danger',
        code: 'audit_findings',
        message: `The last verification of the audit has ${findingsCount} findings.`,
      }
    : {
        level: 'attention',
        code: 'audit_not_verified',
        message: `The audit could not be verified: ${problem}`,
      };
