import { SingleFlight } from './single-flight.js';

describe('SingleFlight', () => {
  const pending: PromiseWithResolvers[] = [];
  interface PromiseWithResolvers {
    resolve: (value: number) => void;
    reject: (error: Error) => void;
  }
  const flight = new SingleFlight(
    () => new Promise<number>((resolve, reject) => pending.push({ resolve, reject })),
  );
  beforeEach(() => pending.splice(0));

  it('gives every caller during a run the result of that run', async () => {
    const asked = [flight.join(), flight.join()];
    expect(flight.current).toBe(asked[0]);
    expect(pending).toHaveLength(1);
    pending[0]!.resolve(7);
    expect(await Promise.all(asked)).toEqual([7, 7]);
  });

  it('runs again for a caller after the end, even after a failure', async () => {
    const failed = flight.join();
    pending[0]!.reject(new Error('in vain'));
    await expect(failed).rejects.toThrow('in vain');
    expect(flight.current).toBeUndefined();
    const again = flight.join();
    pending[1]!.resolve(8);
    expect(await again).toBe(8);
  });
});
