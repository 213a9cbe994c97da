import { expiryOfLeasesMs, Lease } from './lease.js';

describe('Lease', () => {
  it('is not live before it is extended', () => {
    expect(new Lease(3000).isLive(0)).toBe(false);
  });

  it('is live for its length, counted from before the read', () => {
    const lease = new Lease(3000);
    lease.extend(1000);
    expect(lease.isLive(3999)).toBe(true);
    expect(lease.isLive(4000)).toBe(false);
    expect(lease.leftMs(3500)).toBe(500);
    expect(lease.leftMs(9000)).toBe(0);
  });

  it('is not shortened by an answer that was overtaken', () => {
    const lease = new Lease(3000);
    lease.extend(2000);
    lease.extend(1000);
    expect(lease.isLive(4500)).toBe(true);
  });

  it('ends at once when the process gives it up', () => {
    const lease = new Lease(3000);
    lease.extend(1000);
    lease.end();
    expect(lease.isLive(1001)).toBe(false);
  });

  it('has run out on a clock that is one per cent slower when a writer has waited', () => {
    const lease = new Lease(3000);
    lease.extend(0);
    expect(lease.isLive(expiryOfLeasesMs(3000) / 1.01)).toBe(false);
  });
});
