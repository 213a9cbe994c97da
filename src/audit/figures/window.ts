const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The spans that figures are made of, each as a number of buckets. */
const BUCKETS = {
  '1h': { widthMs: MINUTE_MS, count: 60 },
  '24h': { widthMs: 15 * MINUTE_MS, count: 96 },
  '7d': { widthMs: 2 * HOUR_MS, count: 84 },
};
export type WindowName = keyof typeof BUCKETS;
export const WINDOWS = Object.keys(BUCKETS) as WindowName[];

export interface Window {
  /** The start of the first bucket. */
  from: Date;
  /** The starts of all buckets, the oldest first. The last one is not over. */
  starts: Date[];
  widthMs: number;
}

/** The span that ends now. Buckets begin at whole multiples of their width, so that every reader sees the same ones. */
export function windowUntil(name: WindowName, now: number): Window {
  const { widthMs, count } = BUCKETS[name];
  const last = Math.floor(now / widthMs) * widthMs;
  const starts = Array.from({ length: count }, (_, at) => new Date(last - (count - 1 - at) * widthMs));
  return { from: starts[0]!, starts, widthMs };
}
