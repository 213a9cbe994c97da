import type { Metric as PrometheusMetric } from 'prom-client';
import type { HistogramSample, Metric, MetricLabels } from '../common/metric-sources.js';

export type { PrometheusMetric };

interface PrometheusSample {
  metricName?: string;
  labels: MetricLabels;
  value: number;
}

/**
 * Makes of a metric what the registry of the library writes. The library's own classes count themselves, at each observation;
 * these numbers are counted already.
 */
export function asPrometheusMetric(metric: Metric): unknown {
  const { name, help, type } = metric;
  const values: PrometheusSample[] =
    metric.type === 'histogram'
      ? metric.samples.flatMap((sample) => histogramSamples(name, metric.bounds, sample))
      : metric.samples.map(({ value, labels = {} }) => ({ labels, value }));
  return { name, help, type, aggregator: 'sum', get: () => Promise.resolve({ name, help, type, values }) };
}

/** Sums the buckets up, because a bucket of Prometheus has everything up to its bound. */
function histogramSamples(
  name: string,
  bounds: readonly number[],
  { labels = {}, counts, sum }: HistogramSample,
): PrometheusSample[] {
  let count = 0;
  const buckets = [...bounds, Infinity].map((bound, index) => {
    count += counts[index] ?? 0;
    const le = bound === Infinity ? '+Inf' : String(bound);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
