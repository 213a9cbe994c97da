import fc from 'fast-check';
import { monthPartition } from './audit-partitions.js';

describe('monthPartition', () => {
  it('is the month of a moment, in UTC', () => {
    expect(monthPartition(new Date('2026-11-22T12:00:00Z'), 0)).toEqual({
      name: 'audit_events_2026_11',
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-12-01T00:00:00.000Z',
    });
  });

  it('goes on into the next year', () => {
    expect(monthPartition(new Date('2026-11-30T00:00:00Z'), 1)).toMatchObject({
      name: 'audit_events_2026_12',
      to: '2027-01-01T00:00:00.000Z',
    });
    expect(monthPartition(new Date('2026-11-30T00:00:00Z'), 2)).toMatchObject({
      name: 'audit_events_2027_01',
      from: '2027-01-01T00:00:00.000Z',
    });
  });

  it('leaves out no month that is shorter than this one', () => {
    const names = [0, 1, 2].map((ahead) => monthPartition(new Date('2027-01-31T23:00:00Z'), ahead).name);
    expect(names).toEqual(['audit_events_2027_01', 'audit_events_2027_02', 'audit_events_2027_03']);
  });

  it('takes the first and the last moment of a month', () => {
    expect(monthPartition(new Date('2026-11-01T00:00:00.000Z'), 0).name).toBe('audit_events_2026_11');
    expect(monthPartition(new Date('2026-11-30T23:59:59.999Z'), 0).name).toBe('audit_events_2026_11');
  });

  const moments = fc.date({
    min: new Date('2000-01-01T00:00:00Z'),
    max: new Date('2100-01-01T00:00:00Z'),
    noInvalidDate: true,
  });

  it('holds the moment that it is for', () => {
    fc.assert(
      fc.property(moments, (now) => {
        const { from, to } = monthPartition(now, 0);
        return new Date(from) <= now && now < new Date(to);
      }),
    );
  });

  it('begins where the one before ends: no gap, no overlap', () => {
    fc.assert(
      fc.property(moments, fc.nat(24), (now, ahead) => {
        expect(monthPartition(now, ahead).to).toBe(monthPartition(now, ahead + 1).from);
      }),
    );
  });
});
