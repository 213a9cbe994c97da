// Contains what all curves share: a service, a load, and rounds at one size.
import { Load } from '../harness/load.mjs';
import { Ours } from '../harness/ours.mjs';
import { summarize } from '../harness/stats.mjs';

export const load = new Load();

/** @param job overrides of a call of `echo` @returns the medians and the spread of the rounds */
export async function measure(ours, options, job) {
  const whole = { kind: 'call', era: 'legacy', connections: 16, ...job };
  const rounds = [];
  for (let round = 0; round <= options.rounds; round++) {
    const seconds = round === 0 ? options.warm : options.seconds;
    const result = await load.run(ours.server, { ...whole, seconds });
    if (result.errors > 0) throw new Error(`${result.errors} wrong answers, first ${result.firstError}`);
    if (round > 0) rounds.push(result);
  }
  return summarize(rounds);
}

/** Starts the service, runs `work` with it, and stops it. */
export async function withOurs(database, env, work) {
  const ours = await Ours.start(database, { env });
  try {
    return await work(ours, await ours.createKeys(['bench:read', 'documents:read']));
  } finally {
    await ours.stop();
  }
}

export function tell(curve, size, { perSecond, p50, p99 }, more = '') {
  console.log(
    `${curve.padEnd(22)}${String(size).padStart(9)}  ${String(Math.round(perSecond)).padStart(6)}/s  p50 ${p50.toFixed(3)} ms  p99 ${p99.toFixed(3)} ms  ${more}`,
  );
}
