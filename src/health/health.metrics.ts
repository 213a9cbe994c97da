import { Injectable } from '@nestjs/common';
import { gauge, MetricSources } from '../common/metric-sources.js';
import { HealthService } from './health.service.js';

/** Makes metrics of readiness and of each of its checks. */
@Injectable()
export class HealthMetrics {
  constructor(sources: MetricSources, health: HealthService) {
    sources.add(async () => {
      const { status, checks } = await health.readiness();
      const states = Object.entries(checks).flatMap(([check, state]) =>
        state && 'status' in state ? [{ labels: { check }, value: Number(state.status === 'ok') }] : [],
      );
      return [
        gauge('bouncer_ready', '1 while calls are served', Number(status === 'ok')),
        gauge('bouncer_replicas', 'Processes that serve on this database', checks.coherence.replicas),
        gauge(
          'bouncer_lease_remaining_seconds',
          'How long this process may still trust its memory; 0 in the mode single',
          checks.coherence.leaseMs / 1000,
        ),
        gauge('bouncer_check_ok', '1 while a check of readiness is "ok", by check', states),
      ];
    });
  }
}
