import type { ChartMeaning, Series } from '../../parts/Chart';
import type { Overview } from './overview-query';

const OF_CODES: readonly ChartMeaning[] = ['danger', 'attention', 'soft'];

/** Calls that were answered, and above them the refusals by code: the most frequent ones by name, the others together. */
export function callSeries(
  { series, refusals }: Overview,
  words: { answered: string; others: string },
): Series[] {
  const named = refusals.slice(0, refusals.length > OF_CODES.length ? OF_CODES.length - 1 : OF_CODES.length);
  const countOf = (bucket: Overview['series'][number], wanted: string) =>
    bucket.refusals.find(({ code }) => code === wanted)?.count ?? 0;
  const byCode = named.map(({ code }, place): Series => ({
    label: code,
    meaning: OF_CODES[place]!,
    values: series.map((bucket) => countOf(bucket, code)),
  }));
  const others = series.map(
    (bucket) => bucket.refused - named.reduce((sum, { code }) => sum + countOf(bucket, code), 0),
  );
  return [
    {
      label: words.answered,
      meaning: 'accent',
      values: series.map(({ calls, refused }) => Math.max(0, calls - refused)),
    },
    ...byCode,
    ...(others.some((count) => count > 0)
      ? [{ label: words.others, meaning: OF_CODES.at(-1)!, values: others }]
      : []),
  ];
}

/** Returns the span of a bucket as the audit filters it. */
export function spanOf({ series, bucketSeconds }: Overview, place: number): { from: string; to: string } {
  const { from } = series[place]!;
  return { from, to: new Date(Date.parse(from) + bucketSeconds * 1_000).toISOString() };
}
