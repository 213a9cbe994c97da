import type { KeyActivityCounts } from '../audit/recording/key-activity.js';
import type { Anomaly } from './anomaly.js';
import type { KeyHabit } from './key-habit.entity.js';

export type Habit = Omit<KeyHabit, 'keyId'>;

export interface AnomalyBounds {
  rateFactor: number;
  refusals: number;
  learningMs: number;
}

/** The weight of a minute in the estimate. A past of about 40 minutes with calls decides. */
const WEIGHT = 0.05;
/** So many minutes with calls are needed to say what is usual. */
const LEARNING_MINUTES = 10;
/** Below so many calls a minute nothing is a burst. */
const FEWEST_CALLS = 30;
/** How many standard deviations above the mean are usual. */
const DEVIATIONS = 4;

export const MINUTE_MS = 60_000;

export const minuteOf = (time: number): Date => new Date(Math.floor(time / MINUTE_MS) * MINUTE_MS);

/** Returns the most calls in a minute that are not unusual after this past. */
export const usualCalls = ({ mean, variance }: Habit, rateFactor: number): number =>
  Math.max(FEWEST_CALLS, rateFactor * mean, mean + DEVIATIONS * Math.sqrt(variance));

/**
 * Adds what a key did to its habit, and returns what was unusual in it.
 *
 * The rate is compared with an exponentially weighted mean and variance of the minutes in which the key called. Minutes
 * without calls are left out, because a job that calls much once a day does nothing unusual. A minute teaches no more than
 * what was usual before it, so that a burst does not become usual at once.
 *
 * @param seen what one process counted; several may count the same minute
 */
export function learn(
  before: Habit,
  seen: Pick<KeyActivityCounts, 'calls' | 'refusals' | 'tools' | 'scopes'>,
  now: number,
  bounds: AnomalyBounds,
): { habit: Habit; anomalies: Anomaly[] } {
  const minute = minuteOf(now);
  const begun = minute > before.minute ? closeMinute(before, minute, bounds) : before;
  const [newTools, newScopes] = [without(seen.tools, begun.tools), without(seen.scopes, begun.scopes)];
  const habit: Habit = {
    ...begun,
    calls: begun.calls + seen.calls,
    refusals: begun.refusals + seen.refusals,
    tools: [...begun.tools, ...newTools],
    scopes: [...begun.scopes, ...newScopes],
  };
  const isKnown = now - habit.since.getTime() >= bounds.learningMs;
  const anomalies: Anomaly[] = [];
  const usual = usualCalls(habit, bounds.rateFactor);
  if (isKnown && habit.minutes >= LEARNING_MINUTES && habit.calls > usual)
    anomalies.push({
      kind: 'rate',
      metadata: { callsPerMinute: habit.calls, usualPerMinute: Math.round(habit.mean * 10) / 10 },
    });
  if (habit.refusals >= bounds.refusals)
    anomalies.push({ kind: 'refusals', metadata: { refusalsPerMinute: habit.refusals } });
  if (isKnown && newTools.length > 0) anomalies.push({ kind: 'first_tool', metadata: { tools: newTools } });
  if (isKnown && newScopes.length > 0)
    anomalies.push({ kind: 'first_elevated', metadata: { scopes: newScopes } });
  return { habit, anomalies };
}

/** Adds the minute that was counted to the past, and begins another. */
function closeMinute(habit: Habit, minute: Date, { rateFactor }: AnomalyBounds): Habit {
  const begun = { ...habit, minute, calls: 0, refusals: 0 };
  if (habit.calls === 0) return begun;
  const isLearned = habit.minutes >= LEARNING_MINUTES;
  const calls = isLearned ? Math.min(habit.calls, usualCalls(habit, rateFactor)) : habit.calls;
  // At first every minute weighs the same.
  const weight = Math.max(WEIGHT, 1 / (habit.minutes + 1));
  const difference = calls - habit.mean;
  return {
    ...begun,
    minutes: habit.minutes + 1,
    mean: habit.mean + weight * difference,
    variance: (1 - weight) * (habit.variance + weight * difference ** 2),
  };
}

const without = (names: ReadonlySet<string>, known: readonly string[]): string[] =>
  [...names].filter((name) => !known.includes(name)).sort();
