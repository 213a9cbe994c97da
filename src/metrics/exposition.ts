import { Injectable, Logger } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { type Metric, MetricSources } from '../common/metric-sources.js';
import { asPrometheusMetric, type PrometheusMetric } from './prometheus-metric.js';

/** The media type of the text format of Prometheus. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface Library {
  Registry: new () => Registry;
  /** The metrics of the process itself. */
  ofProcess: Registry;
}

/**
 * Writes all metrics in the text format of Prometheus. The library is loaded at the first scrape, so that a service without
 * scrapes spends neither memory nor time on it.
 */
@Injectable()
export class Exposition {
  private readonly logger = new Logger(Exposition.name);
  private library: Promise<Library> | undefined;

  constructor(private readonly sources: MetricSources) {}

  async text(): Promise<string> {
    this.library ??= loadLibrary();
    const [{ Registry, ofProcess }, metrics] = await Promise.all([this.library, this.collect()]);
    const own = new Registry();
    for (const metric of metrics) own.registerMetric(asPrometheusMetric(metric) as PrometheusMetric);
    return `${await own.metrics()}\n${await ofProcess.metrics()}`;
  }

  /** Reads all sources. One that fails is left out, because the others matter most while something is wrong. */
  private async collect(): Promise<Metric[]> {
    const read = await Promise.allSettled(this.sources.all().map(async (source) => source()));
    return read.flatMap((result) => {
      if (result.status === 'fulfilled') return result.value;
      this.logger.warn(`A source of metrics failed: ${String(result.reason)}`);
      return [];
    });
  }
}

async function loadLibrary(): Promise<Library> {
  const { Registry, collectDefaultMetrics } = await import('prom-client');
  const ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  return { Registry, ofProcess };
}
