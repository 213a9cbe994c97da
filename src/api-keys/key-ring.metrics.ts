import { Injectable } from '@nestjs/common';
import { counter, gauge, MetricSources } from '../common/metric-sources.js';
import { KeyRing } from './key-ring.js';

/** Makes metrics of the cache of keys. */
@Injectable()
export class KeyRingMetrics {
  constructor(sources: MetricSources, ring: KeyRing) {
    sources.add(() => {
      const { keys, finds, loads } = ring.state();
      return [
        gauge('bouncer_key_ring_keys', 'Keys that are cached', keys),
        counter('bouncer_key_ring_finds_total', 'Look-ups of a key', finds),
        counter('bouncer_key_ring_loads_total', 'Reads of a key from PostgreSQL', loads),
      ];
    });
  }
}
