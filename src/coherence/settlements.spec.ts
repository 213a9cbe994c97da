import type { ReplicaRow } from './coherence-store.js';
import { Settlements } from './settlements.js';

const row = (id: string, applied: number): ReplicaRow => ({ id, applied, beat: 0, mode: 'replicas' });

describe('Settlements', () => {
  let settlements: Settlements;
  let settled: boolean;

  beforeEach(() => {
    jest.useFakeTimers();
    settlements = new Settlements();
    settled = false;
  });
  afterEach(() => jest.useRealTimers());

  const wait = async (replicas: ReplicaRow[]) => {
    void settlements.wait(5, replicas, 3080).then(() => (settled = true));
    await flush();
  };
  const flush = () => jest.advanceTimersByTimeAsync(0);

  it('does not wait when every replica has applied the change', async () => {
    await wait([row('a', 5), row('b', 7)]);
    expect(settled).toBe(true);
  });

  it('waits until the last replica has applied the change', async () => {
    await wait([row('a', 4), row('b', 4), row('c', 5)]);
    settlements.applied('a', 6);
    await flush();
    expect(settled).toBe(false);
    settlements.applied('b', 4);
    await flush();
    expect(settled).toBe(false);
    settlements.applied('b', 5);
    await flush();
    expect(settled).toBe(true);
  });

  it('learns by a poll what a lost notification would have said', async () => {
    await wait([row('a', 4)]);
    settlements.see([row('a', 5)]);
    await flush();
    expect(settled).toBe(true);
  });

  it('does not wait for a replica that has left', async () => {
    await wait([row('a', 4), row('b', 4)]);
    settlements.see([row('b', 5)]);
    await flush();
    expect(settled).toBe(true);
  });

  it('stops waiting when no old lease can be live any more', async () => {
    await wait([row('a', 4)]);
    await jest.advanceTimersByTimeAsync(3079);
    expect(settled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(settled).toBe(true);
  });
});
