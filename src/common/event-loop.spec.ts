import { atEndOfIteration, processInSlices } from './event-loop.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const nextTurn = () => new Promise<void>((wake) => setImmediate(wake));

describe('inPassing', () => {
  it('hands out all items, each once and in order', async () => {
    const seen: number[] = [];
    await processInSlices(numbers(95), (some) => seen.push(...some));
    expect(seen).toEqual(numbers(95));
  });

  it('does a few at once, and nothing where there is nothing', () => {
    const seen: number[] = [];
    void processInSlices(numbers(10), (some) => seen.push(...some));
    void processInSlices([], (some) => seen.push(...some));
    expect(seen).toEqual(numbers(10));
  });

  it('lets the answers of a turn leave first, even those that take some promises', async () => {
    const order: string[] = [];
    const done = processInSlices(numbers(11), () => order.push('row'));
    const answer = new Promise<void>((resolve) => atEndOfIteration(resolve));
    await Promise.all([answer.then(() => undefined).then(() => order.push('answer')), done]);
    expect(order).toEqual(['answer', 'row', 'row']);
  });

  it('takes a share of the time of a turn, and a few items where that is short', async () => {
    let clock = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => clock);
    let count = 0;
    const done = processInSlices(numbers(300), (some) => {
      clock += 1;
      count += some.length;
    });
    const counts: number[] = [];
    for (const othersTake of [0, 100, 1, 1_000]) {
      clock += othersTake;
      await nextTurn();
      counts.push(count);
    }
    await done;
    expect(counts).toEqual([10, 160, 170, 300]);
    jest.restoreAllMocks();
  });

  it('rejects with what the work throws', async () => {
    await expect(
      processInSlices(numbers(20), () => {
        throw new TypeError('no row');
      }),
    ).rejects.toThrow('no row');
  });
});
