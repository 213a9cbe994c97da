import { TimeLimit } from './time-limit.js';

const after = <T>(ms: number, value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));

describe('TimeLimit', () => {
  it('passes on values and errors that arrive in time', async () => {
    const limit = new TimeLimit(10_000);
    const late = () => new Error('late');
    expect(await limit.enforce(Promise.resolve(1), late)).toBe(1);
    expect(await limit.enforce(after(5, 'soon'), late)).toBe('soon');
    await expect(limit.enforce(Promise.reject(new Error('own')), late)).rejects.toThrow('own');
    limit.stop();
  });

  it('rejects each promise that takes longer, in the order in which they began, and no other', async () => {
    const limit = new TimeLimit(60);
    const order: string[] = [];
    const hold = (name: string, work: Promise<string>) =>
      limit
        .enforce(work, () => new Error(`${name} is late`))
        .then(
          (value) => order.push(value),
          ({ message }: Error) => order.push(message),
        );
    const first = hold('first', new Promise(() => {}));
    const quick = hold('quick', Promise.resolve('quick'));
    await after(20, undefined);
    await Promise.all([
      first,
      quick,
      hold('second', new Promise(() => {})),
      hold('third', after(5, 'third')),
    ]);
    expect(order).toEqual(['quick', 'third', 'first is late', 'second is late']);
  });

  it('ignores a result that arrives after the time', async () => {
    const limit = new TimeLimit(10);
    await expect(limit.enforce(after(40, 'too late'), () => new Error('late'))).rejects.toThrow('late');
    expect(await limit.enforce(Promise.resolve('next'), () => new Error('late'))).toBe('next');
    limit.stop();
  });
});
