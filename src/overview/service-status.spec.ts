import { Tally } from '../audit/figures/tally.js';
import type { StoppedNow } from '../call-stops/call-stops.service.js';
import type { LastVerification } from '../audit/verify-jobs/verifications.schema.js';
import type { Readiness } from '../health/health.schema.js';
import { reasonsOf } from './service-status.js';

const WELL: Readiness = {
  status: 'ok',
  state: 'serving',
  checks: {
    database: { status: 'ok' },
    coherence: { mode: 'replicas', status: 'ok', replicas: 3, epoch: 1, leaseMs: 2_000 },
    audit: {
      status: 'ok',
      accepted: 1,
      written: 1,
      spooled: 0,
      spooledBytes: 0,
      pending: 0,
      pendingBytes: 0,
      dropped: 0,
      abandonedNodes: 0,
      lagSeconds: 0,
    },
    seals: { status: 'ok', sealedSeq: 1, lagRows: 0, lastSealAt: null },
    rateLimit: { status: 'ok', store: 'memory' },
  },
};
const figuresOf = (calls: number, errors: number) => {
  const tally = new Tally();
  tally.add({ outcome: 'success', reason: null, length: 1, calls: calls - errors });
  tally.add({ outcome: 'failure', reason: null, length: 1, calls: errors });
  return tally.figures;
};
const codes = (
  checks: Partial<Readiness['checks']>,
  calls = 100,
  errors = 0,
  verification: LastVerification = null,
  stopped: StoppedNow = { all: false, tools: 0 },
) =>
  reasonsOf(
    { ...WELL, checks: { ...WELL.checks, ...checks } },
    figuresOf(calls, errors),
    verification,
    stopped,
  ).map(({ level, code }) => `${level} ${code}`);

describe('The reasons for the status of the service', () => {
  it('are none while all is well', () => {
    expect(codes({})).toEqual([]);
  });

  it('are that somebody stopped all calls, or switched tools off', () => {
    expect(codes({}, 100, 0, null, { all: false, tools: 2 })).toEqual(['attention tools_stopped']);
    expect(codes({}, 100, 0, null, { all: true, tools: 1 })).toEqual([
      'danger calls_stopped',
      'attention tools_stopped',
    ]);
  });

  it('name what is degraded, and what is dangerous first', () => {
    const { audit, seals } = WELL.checks;
    expect(
      codes({
        audit: { ...audit, status: 'lossy', abandonedNodes: 1 },
        seals: { ...seals, status: 'behind' },
      }),
    ).toEqual(['danger audit_lossy', 'attention audit_abandoned', 'attention seals_behind']);
    expect(codes({ audit: { ...audit, status: 'spooling' } })).toEqual(['attention audit_spooling']);
    expect(codes({ database: { status: 'unavailable' } })).toEqual(['danger database_unavailable']);
    expect(codes({ rateLimit: { status: 'degraded', store: 'memory' } })).toEqual([
      'attention limits_degraded',
    ]);
  });

  it('name what the last verification of the audit found, or why there was none', () => {
    const last = { id: '', at: new Date(), verifiedUpTo: null, findingsCount: 0, problem: null };
    expect(codes({}, 100, 0, { ...last, state: 'passed' })).toEqual([]);
    expect(codes({}, 100, 0, { ...last, state: 'failed', findingsCount: 2 })).toEqual([
      'danger audit_findings',
    ]);
    expect(codes({}, 100, 0, { ...last, state: 'failed', problem: 'The key is gone.' })).toEqual([
      'attention audit_not_verified',
    ]);
  });

  it('name failed calls from a twentieth on, among twenty calls or more', () => {
    expect(codes({}, 100, 5)).toEqual(['attention many_errors']);
    expect(codes({}, 100, 4)).toEqual([]);
    expect(codes({}, 19, 19)).toEqual([]);
  });
});
