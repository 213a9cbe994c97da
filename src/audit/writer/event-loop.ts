/**
 * Who goes first at the end of a turn of the event loop: what answers wait for, and once those have left, what nobody waits
 * for. The other way round each call that comes meanwhile would wait for both (decision 0012).
 */
type Work = () => void;

let awaited: Work[] = [];
let background: Work[] = [];
let isDue = false;

/** For what an answer waits for: once for all that came in this turn. */
export function atEndOfIteration(work: Work): void {
  awaited.push(work);
  schedule();
}

/** Of the items that nobody waits for, so many are done in each turn, and more as long as they take a share of its time. */
const AT_ONCE = 10;
const SHARE = 0.15;

/** Does something with all items in order, some in each turn, behind its answers; with few of them at once. */
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
  // An answer leaves some promises later, and ticks come after all of those.
  if (then.length > 0) queueMicrotask(() => process.nextTick(runAll, then));
  runAll(first);
}

function runAll(works: Work[]): void {
  for (const work of works) work();
}
