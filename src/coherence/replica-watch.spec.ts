import type { ReplicaRow } from './coherence-store.js';
import { ReplicaWatch } from './replica-watch.js';

const row = (id: string, beat: number): ReplicaRow => ({ id, beat, applied: 0, mode: 'replicas' });

describe('ReplicaWatch', () => {
  const connection = {};

  it('finds a replica whose beat stood still for longer than a lease can last', () => {
    const watch = new ReplicaWatch(3000);
    expect(watch.observe([row('a', 1), row('b', 1)], connection, 0)).toEqual([]);
    expect(watch.observe([row('a', 2), row('b', 1)], connection, 3000)).toEqual([]);
    expect(watch.observe([row('a', 3), row('b', 1)], connection, 3001)).toEqual([row('b', 1)]);
  });

  it('begins to count when it sees a beat first, however old that is', () => {
    const watch = new ReplicaWatch(3000);
    expect(watch.observe([row('a', 1)], connection, 10_000)).toEqual([]);
  });

  it('begins anew with another connection, because a crash of PostgreSQL may have undone beats', () => {
    const watch = new ReplicaWatch(3000);
    watch.observe([row('a', 1)], connection, 0);
    const other = {};
    expect(watch.observe([row('a', 1)], other, 4000)).toEqual([]);
    expect(watch.observe([row('a', 1)], other, 7001)).toEqual([row('a', 1)]);
  });

  it('begins anew for a replica that comes back', () => {
    const watch = new ReplicaWatch(3000);
    watch.observe([row('a', 1)], connection, 0);
    watch.observe([], connection, 2000);
    expect(watch.observe([row('a', 1)], connection, 4000)).toEqual([]);
  });
});
