/** Wrong passwords after which one has to wait, and the longest wait. */
export interface Allowance {
  free: number;
  maxSeconds: number;
}

/** Of one account, from one network. */
export const OF_NETWORK: Allowance = { free: 10, maxSeconds: 3_600 };
/** Of one account, from all networks together where its person has not signed in yet. */
export const OF_ACCOUNT: Allowance = { free: 100, maxSeconds: 900 };

const FIRST_SECONDS = 60;
/** After this time without a failure, all of them are forgotten. */
export const FORGET_SECONDS = 86_400;

/**
 * Returns how long the next try has to wait. Each wait is twice as long as the one before, up to the longest.
 *
 * @param sinceLast the seconds since the last failure
 * @example `waitSeconds(OF_NETWORK, 11, 30); // 90: two minutes, of which half a minute is over`
 */
export function waitSeconds({ free, maxSeconds }: Allowance, failures: number, sinceLast: number): number {
  if (failures < free || sinceLast >= FORGET_SECONDS) return 0;
  const whole = Math.min(maxSeconds, FIRST_SECONDS * 2 ** Math.min(failures - free, 16));
  return Math.max(0, Math.ceil(whole - sinceLast));
}
