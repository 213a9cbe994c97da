const PAUSE_MS = 5;
const pause = () => new Promise((wake) => setTimeout(wake, PAUSE_MS));

/** Waits for a condition for a limited time. What the spec then asserts shows whether it came true. */
export async function until(reached: () => boolean | Promise<boolean>, forMs = 5_000): Promise<void> {
  const deadline = Date.now() + forMs;
  while (!(await reached()) && Date.now() < deadline) await pause();
}

/** Asks again until the answer is right. @throws Error with the last answer, when that takes too long */
export async function eventually<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  forMs = 25_000,
): Promise<T> {
  const deadline = Date.now() + forMs;
  let answer = await ask();
  while (!isRight(answer)) {
    if (Date.now() > deadline) throw new Error(`Waited in vain, last for ${JSON.stringify(answer)}`);
    await pause();
    answer = await ask();
  }
  return answer;
}
