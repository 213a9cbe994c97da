import { type AnomalyBounds, type Habit, learn, MINUTE_MS, minuteOf, usualCalls } from './habit.js';

const DAY_MS = 24 * 3_600_000;
const START = Date.UTC(2027, 0, 4, 8);
const bounds: AnomalyBounds = { rateFactor: 5, refusals: 50, learningMs: DAY_MS };

const newHabit = (): Habit => ({
  since: new Date(START),
  minute: minuteOf(START),
  calls: 0,
  refusals: 0,
  minutes: 0,
  mean: 0,
  variance: 0,
  tools: [],
  scopes: [],
});

interface Seen {
  calls?: number;
  refusals?: number;
  tools?: string[];
  scopes?: string[];
}
const seenOf = ({ calls = 0, refusals = 0, tools = [], scopes = [] }: Seen) => ({
  calls,
  refusals,
  tools: new Set(tools),
  scopes: new Set(scopes),
});

/** A key whose minutes pass as fast as a spec wants. */
class Life {
  habit = newHabit();
  now = START;

  /** @returns the kinds of what was unusual in the minute */
  minute(seen: Seen, afterMs = MINUTE_MS): string[] {
    this.now += afterMs;
    return this.sameMinute(seen);
  }

  sameMinute(seen: Seen): string[] {
    const { habit, anomalies } = learn(this.habit, seenOf(seen), this.now, bounds);
    this.habit = habit;
    return anomalies.map(({ kind }) => kind);
  }

  /** Lives through minutes with these calls, one after the other. */
  minutes(calls: number[]): string[] {
    return calls.flatMap((some) => this.minute({ calls: some }));
  }
}

const steady = (calls: number, minutes: number) => Array.from({ length: minutes }, () => calls);
/** About `calls` a minute, never twice the same, and the same in each run of the spec. */
const varied = (calls: number, minutes: number) =>
  Array.from({ length: minutes }, (_, index) => calls + Math.round(Math.sin(index * 1.7) * calls * 0.5));

function learned(calls: number[] = steady(10, 60)): Life {
  const life = new Life();
  life.minutes(calls);
  life.now += DAY_MS;
  return life;
}

describe('What is usual for a key', () => {
  it('is nothing yet while the key is new, whatever it does', () => {
    const life = new Life();
    expect(life.minutes([1, 2, 5_000, 3, 10_000])).toEqual([]);
    expect(life.minute({ calls: 1, tools: ['a', 'b'], scopes: ['users:write'] })).toEqual([]);
  });

  it('needs ten minutes with calls, even after the learning time', () => {
    const life = new Life();
    life.minutes(steady(2, 9));
    life.now += DAY_MS;
    expect(life.minute({ calls: 5_000 })).toEqual([]);
  });

  it('is exceeded by a burst that is far above the past', () => {
    const life = learned();
    expect(life.minute({ calls: 49 })).toEqual([]);
    expect(life.minute({ calls: 80 })).toEqual(['rate']);
  });

  it('is not exceeded by a rate that varies as it always did', () => {
    const life = learned(varied(40, 200));
    expect(life.minutes(varied(40, 2_000))).toEqual([]);
  });

  it('is not exceeded by few calls, however few were usual', () => {
    const life = learned(steady(1, 60));
    expect(life.minute({ calls: 30 })).toEqual([]);
    expect(life.minute({ calls: 31 })).toEqual(['rate']);
  });

  it('leaves out the minutes without calls, so that a nightly job is usual', () => {
    const life = new Life();
    for (let night = 0; night < 5; night++) {
      expect(life.minutes(steady(300, 10))).toEqual([]);
      life.now += DAY_MS;
    }
    expect(life.habit.mean).toBeCloseTo(300);
  });

  it('adds up what several processes count in one minute', () => {
    const life = learned();
    expect(life.minute({ calls: 25 })).toEqual([]);
    expect(life.sameMinute({ calls: 25 })).toEqual([]);
    expect(life.sameMinute({ calls: 25 })).toEqual(['rate']);
  });

  it('counts what comes late into the minute that is open', () => {
    const life = learned();
    life.minute({ calls: 10 });
    life.now -= 2 * MINUTE_MS;
    life.sameMinute({ calls: 5 });
    expect(life.habit.calls).toBe(15);
  });

  it('rises slowly in a burst, so that the next burst is unusual too', () => {
    const life = learned();
    life.minute({ calls: 100_000 });
    life.minute({ calls: 10 });
    expect(usualCalls(life.habit, 5)).toBeLessThan(100);
  });

  it('follows a rate that rises for good', () => {
    const life = learned();
    life.minutes(steady(80, 120));
    expect(life.minutes(steady(80, 60))).toEqual([]);
  });
});

describe('A burst of refusals', () => {
  it('is unusual from the first minute of a key on', () => {
    expect(new Life().minute({ calls: 50, refusals: 49 })).toEqual([]);
    expect(new Life().minute({ calls: 50, refusals: 50 })).toEqual(['refusals']);
  });

  it('is counted for each minute by itself', () => {
    const life = new Life();
    expect(life.minute({ refusals: 30 })).toEqual([]);
    expect(life.minute({ refusals: 30 })).toEqual([]);
    expect(life.sameMinute({ refusals: 20 })).toEqual(['refusals']);
  });
});

describe('The first use', () => {
  it('of a tool or of an elevated scope is noticed once', () => {
    const life = learned();
    const seen = { calls: 1, tools: ['invoices_pay'], scopes: ['invoices:pay'] };
    expect(life.minute(seen)).toEqual(['first_tool', 'first_elevated']);
    expect(life.minute(seen)).toEqual([]);
  });

  it('is none where the key learned it when it was new', () => {
    const life = new Life();
    life.minute({ calls: 1, tools: ['whoami'] });
    life.now += DAY_MS;
    expect(life.minute({ calls: 1, tools: ['whoami'] })).toEqual([]);
  });
});
