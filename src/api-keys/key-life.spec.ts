import type { ServiceError } from '../errors/service-error.js';
import { expiryOf, lifeOfNew, movedExpiry, renewedLife } from './key-life.js';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const DAY = 24 * 3600;
const DAY_MS = DAY * 1000;
const ENDLESS = { expiresAt: null, lifeSeconds: null };
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

function errorOf(run: () => unknown): ServiceError {
  try {
    run();
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('nothing was thrown');
}

const settings = (more: { defaultTtlDays?: number | null; maxTtlDays?: number } = {}) => ({
  prefix: 'mcp',
  defaultTtlDays: 90,
  maxTtlDays: undefined,
  ...more,
});

beforeEach(() => jest.useFakeTimers({ now: NOW, doNotFake: ['nextTick', 'setImmediate'] }));
afterEach(() => jest.useRealTimers());

describe('expiryOf', () => {
  it('is the default time from now when nothing is requested', () => {
    expect(expiryOf(undefined, settings())).toEqual(inDays(90));
    expect(expiryOf(undefined, settings({ defaultTtlDays: 7 }))).toEqual(inDays(7));
    expect(expiryOf(undefined, settings({ defaultTtlDays: null }))).toBeNull();
  });

  it('is the requested time', () => {
    expect(expiryOf('2027-01-01T00:00:00Z', settings())).toEqual(new Date('2027-01-01T00:00:00Z'));
    expect(expiryOf('2027-01-01T02:00:00+02:00', settings())).toEqual(new Date('2027-01-01T00:00:00Z'));
  });

  it('refuses a key without an end, unless the settings allow it', () => {
    expect(errorOf(() => expiryOf(null, settings())).code).toBe('validation_failed');
    expect(errorOf(() => expiryOf(null, settings({ defaultTtlDays: null, maxTtlDays: 30 }))).code).toBe(
      'validation_failed',
    );
    expect(expiryOf(null, settings({ defaultTtlDays: null }))).toBeNull();
  });

  it('refuses an end that is not in the future', () => {
    for (const asked of [NOW.toISOString(), '2026-11-22T11:59:59.999Z', '1970-01-01T00:00:00Z']) {
      const error = errorOf(() => expiryOf(asked, settings()));
      expect(error.message).toBe('expiresAt: must be in the future');
    }
    expect(expiryOf('2026-11-22T12:00:00.001Z', settings())).toEqual(new Date('2026-11-22T12:00:00.001Z'));
  });

  it('refuses an end beyond the maximum', () => {
    const limited = settings({ defaultTtlDays: 30, maxTtlDays: 30 });
    expect(expiryOf(inDays(30).toISOString(), limited)).toEqual(inDays(30));
    const tooLate = new Date(inDays(30).getTime() + 1).toISOString();
    const error = errorOf(() => expiryOf(tooLate, limited));
    expect(error.message).toBe('expiresAt: must be within 30 days');
  });

  // ISO 8601 has forms that RFC 3339 and `Date` do not know.
  it.each(['2027-W01-1', '2027-001', '20270101T000000Z'])('refuses a malformed time: %s', (asked) => {
    expect(errorOf(() => expiryOf(asked, settings({ maxTtlDays: 100 }))).code).toBe('validation_failed');
  });
});

describe('lifeOfNew', () => {
  it('is the requested time, in whole seconds, when the creating key is unlimited', () => {
    const expiresAt = new Date(NOW.getTime() + 1500);
    expect(lifeOfNew(expiresAt.toISOString(), settings(), null)).toEqual({ expiresAt, lifeSeconds: 2 });
    expect(lifeOfNew(undefined, settings(), null)).toEqual({ expiresAt: inDays(90), lifeSeconds: 90 * DAY });
    expect(lifeOfNew(null, settings({ defaultTtlDays: null }), null)).toEqual(ENDLESS);
  });

  it('is at most that of the creating key, which is the default, and more is refused', () => {
    const maker = 7 * DAY;
    expect(lifeOfNew(undefined, settings(), maker)).toEqual({ expiresAt: inDays(7), lifeSeconds: maker });
    expect(lifeOfNew(inDays(7).toISOString(), settings(), maker).lifeSeconds).toBe(maker);
    const endless = settings({ defaultTtlDays: null });
    expect(lifeOfNew(undefined, endless, maker).expiresAt).toEqual(inDays(7));
    for (const asked of [inDays(8).toISOString(), '9999-01-01T00:00:00Z', null]) {
      expect(errorOf(() => lifeOfNew(asked, endless, maker)).code).toBe('validation_failed');
    }
  });
});

describe('renewedLife', () => {
  const renewed = (lifeSeconds: number | null, maker: number | null = null, more = {}) =>
    renewedLife({ lifeSeconds }, settings(more), maker);

  it('gives a replacement the lifetime of the key that it replaces, from now on', () => {
    expect(renewed(7 * DAY)).toEqual({ expiresAt: inDays(7), lifeSeconds: 7 * DAY });
  });

  it('keeps a key without an end unlimited, if the settings allow it', () => {
    expect(renewed(null, null, { defaultTtlDays: null })).toEqual(ENDLESS);
  });

  it('never exceeds the maximum, or the lifetime of the creating key', () => {
    expect(renewed(90 * DAY, null, { defaultTtlDays: 30, maxTtlDays: 30 }).expiresAt).toEqual(inDays(30));
    for (const life of [90 * DAY, null]) {
      expect(renewed(life, DAY)).toEqual({ expiresAt: inDays(1), lifeSeconds: DAY });
    }
  });

  it('gives an end to a key without one, once there is a maximum', () => {
    expect(renewed(null, null, { defaultTtlDays: 30, maxTtlDays: 30 }).expiresAt).toEqual(inDays(30));
  });

  it('is the same however often it is renewed', () => {
    let life = 12_345;
    for (let time = 0; time < 50; time++) {
      jest.advanceTimersByTime(777);
      life = renewed(life).lifeSeconds!;
    }
    expect(life).toBe(12_345);
  });
});

describe('movedExpiry', () => {
  const key = { createdAt: inDays(-5), expiresAt: inDays(1), lifeSeconds: 10 * DAY };
  const moved = (days: number, changer: number | null = null) =>
    movedExpiry(key, inDays(days).toISOString(), settings(), changer);

  it('extends a key up to its lifetime, counted from its creation, and no further', () => {
    expect(moved(5)).toEqual(inDays(5));
    expect(errorOf(() => moved(5.001)).code).toBe('validation_failed');
    const endless = settings({ defaultTtlDays: null });
    expect(errorOf(() => movedExpiry(key, null, endless, null)).code).toBe('validation_failed');
    expect(movedExpiry({ ...key, lifeSeconds: null }, null, endless, null)).toBeNull();
  });

  it('extends it by no more than the lifetime of the calling key, which may always shorten it', () => {
    expect(moved(2, 2 * DAY)).toEqual(inDays(2));
    expect(errorOf(() => moved(3, 2 * DAY)).code).toBe('validation_failed');
    expect(moved(0.5, 60)).toEqual(inDays(0.5));
  });
});
