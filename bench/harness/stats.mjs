export const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Returns the median of ratios, and how far single ones are apart. */
export const spread = (ratios) => ({
  median: median(ratios),
  low: Math.min(...ratios),
  high: Math.max(...ratios),
});

export const shownSpread = ({ median, low, high }) =>
  `${median.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;

const MEASURES = [
  'perSecond',
  'p50',
  'p95',
  'p99',
  'cpuUs',
  'generatorBusy',
  'serverCoreBusy',
  'loadCoreBusy',
];

/** Returns the medians of the rounds, and how far the rates of single rounds are apart. */
export function summarize(rounds) {
  const medians = Object.fromEntries(
    MEASURES.map((name) => [name, median(rounds.map((round) => round[name] ?? 0))]),
  );
  const rates = rounds.map(({ perSecond }) => perSecond);
  const spread = (Math.max(...rates) - Math.min(...rates)) / medians.perSecond;
  return { ...medians, spread, errors: rounds.reduce((sum, { errors }) => sum + errors, 0) };
}

/**
 * Returns how many times faster this service is, round by round, because interleaved rounds have the same conditions.
 */
export function ratio(ours, peer) {
  const each = ours.rounds.map(({ perSecond }, index) => perSecond / peer.rounds[index].perSecond);
  return {
    ratio: ours.medians.perSecond / peer.medians.perSecond,
    low: Math.min(...each),
    high: Math.max(...each),
  };
}
