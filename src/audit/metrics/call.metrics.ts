import { Injectable } from '@nestjs/common';
import { counter, gauge, type Metric, MetricSources } from '../../common/metric-sources.js';
import { ERROR_CODES, type ErrorCode } from '../../errors/error-codes.js';
import { CallCounts, DURATION_BOUNDS } from '../recording/call-counts.js';
import { RunningCalls } from '../recording/running-calls.js';

const OUTCOMES = ['success', 'failure', 'denied'] as const;
/** The statuses of answers to calls that did not run. */
const REFUSING: ReadonlySet<number> = new Set([401, 403, 429, 503]);

const isRefusal = (code: ErrorCode): boolean => REFUSING.has(ERROR_CODES[code].status[0]);

/** Makes metrics of what {@link CallCounts} counted. */
@Injectable()
export class CallMetrics {
  constructor(
    sources: MetricSources,
    private readonly counts: CallCounts,
    private readonly running: RunningCalls,
  ) {
    sources.add(() => this.metrics());
  }

  private metrics(): Metric[] {
    const tools = [...this.counts.tools()];
    const codes = this.counts.codes().map(([code, value]) => ({ code, labels: { code }, value }));
    return [
      counter(
        'bouncer_calls_total',
        'Calls that ended, by tool and outcome; the tool is empty for calls of no tool',
        tools.flatMap(([tool, counts]) =>
          OUTCOMES.map((outcome) => ({ labels: { tool, outcome }, value: counts[outcome] })),
        ),
      ),
      {
        type: 'histogram',
        name: 'bouncer_call_duration_seconds',
        help: 'How long calls that ran took, by tool',
        bounds: DURATION_BOUNDS,
        samples: tools.map(([tool, { buckets, totalMs }]) => ({
          labels: { tool },
          counts: buckets,
          sum: totalMs / 1000,
        })),
      },
      gauge('bouncer_calls_running', 'Calls that run now', this.running.size),
      counter(
        'bouncer_refusals_total',
        'Requests and calls that were refused, by error code',
        codes.filter(({ code }) => isRefusal(code)),
      ),
      counter(
        'bouncer_failures_total',
        'Requests and calls that failed, by error code',
        codes.filter(({ code }) => !isRefusal(code)),
      ),
      counter(
        'bouncer_limited_total',
        'Requests that a limit refused, by the policy of the limit',
        [...this.counts.policies()].map(([policy, value]) => ({ labels: { policy }, value })),
      ),
    ];
  }
}
