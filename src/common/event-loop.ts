/**
 * Runs work at the end of an event-loop iteration: first what responses wait for, then background work. In the other order
 * every call that arrives meanwhile would wait for both (decision 0012).
 */
type Work = () => void;

let awaited: Work[] = [];
let background: Work[] = [];
let isDue = false;

/** Schedules work that responses wait for. It runs once for all calls that arrived in this iteration. */
export function atEndOfIteration(work: Work): void {
  awaited.push(work);
  schedule();
}

/** Background items per iteration: at least this many, and more as long as they take no more than a share of its time. */
const AT_ONCE = 10;
const SHARE = 0.15;

/** Processes all items in order: a few at once, many in slices, one slice in each iteration after its responses were sent. */
export async function processInSlices<T>(
  items: readonly T[],
  work: (some: readonly T[]) => void,
): Promise<void> {
  let left = performance.now();
  for (let from = 0; from < items.length;) {
    if (items.length > AT_ONCE) await afterResponses();
    const came = performance.now();
    const until = came + (came - left) * SHARE;
    do {
      work(items.slice(from, from + AT_ONCE));
      from += AT_ONCE;
      left = performance.now();
    } while (left < until && from < items.length);
  }
}

function afterResponses(): Promise<void> {
  return new Promise((resolve) => {
    background.push(resolve);
    schedule();
  });
}

function schedule(): void {
  if (isDue) return;
  isDue = true;
  setImmediate(endIteration);
}

function endIteration(): void {
  isDue = false;
  const [first, then] = [awaited, background];
  [awaited, background] = [[], []];
  // A response is sent some promise reactions later, and process.nextTick runs after all of those.
  if (then.length > 0) queueMicrotask(() => process.nextTick(runAll, then));
  runAll(first);
}

function runAll(works: Work[]): void {
  for (const work of works) work();
}
