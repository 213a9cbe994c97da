import { Injectable } from '@nestjs/common';

/** The labels of a sample. The values of each label come from a fixed list, never from what a caller sends. */
export type MetricLabels = Readonly<Record<string, string>>;

export interface MetricSample {
  value: number;
  labels?: MetricLabels;
}

/** The observations of one histogram. */
export interface HistogramSample {
  labels?: MetricLabels;
  /** How many observations each bucket has by itself; the last one has those above the highest bound. */
  counts: ArrayLike<number>;
  sum: number;
}

interface Described {
  /** A name by the conventions of Prometheus: `bouncer_` and the unit or `_total` at its end. */
  name: string;
  help: string;
}

export type Metric =
  | (Described & { type: 'counter' | 'gauge'; samples: readonly MetricSample[] })
  | (Described & { type: 'histogram'; bounds: readonly number[]; samples: readonly HistogramSample[] });

/** Makes the metrics of one source. It runs at each scrape. */
export type MetricSource = () => readonly Metric[] | Promise<readonly Metric[]>;

/**
 * Collects where metrics come from. A module counts in plain numbers and adds a source, which is read at each scrape. So no
 * module depends on the library that writes the metrics, and counting costs nothing else.
 *
 * @example
 * ```ts
 * constructor(sources: MetricSources) {
 *   sources.add(() => [gauge('bouncer_queue_jobs', 'Jobs that wait', this.queue.length)]);
 * }
 * ```
 */
@Injectable()
export class MetricSources {
  private readonly sources: MetricSource[] = [];

  add(source: MetricSource): void {
    this.sources.push(source);
  }

  all(): readonly MetricSource[] {
    return this.sources;
  }
}

/** Makes a metric whose value goes up and down. */
export const gauge = (name: string, help: string, value: number | readonly MetricSample[]): Metric => ({
  type: 'gauge',
  name,
  help,
  samples: samplesOf(value),
});

/** Makes a metric whose value only grows, until the process ends. */
export const counter = (name: string, help: string, value: number | readonly MetricSample[]): Metric => ({
  type: 'counter',
  name,
  help,
  samples: samplesOf(value),
});

const samplesOf = (value: number | readonly MetricSample[]): readonly MetricSample[] =>
  typeof value === 'number' ? [{ value }] : value;
