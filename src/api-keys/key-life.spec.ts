import type { ServiceError } from '../errors/service-error.js';
import { expiryOf, renewedExpiry } from './key-life.js';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const DAY_MS = 24 * 3600 * 1000;
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
  it('is the default time from now when nothing is asked', () => {
    expect(expiryOf(undefined, settings())).toEqual(inDays(90));
    expect(expiryOf(undefined, settings({ defaultTtlDays: 7 }))).toEqual(inDays(7));
    expect(expiryOf(undefined, settings({ defaultTtlDays: null }))).toBeNull();
  });

  it('is the time that was asked for', () => {
    expect(expiryOf('2027-01-01T00:00:00Z', settings())).toEqual(new Date('2027-01-01T00:00:00Z'));
    expect(expiryOf('2027-01-01T02:00:00+02:00', settings())).toEqual(new Date('2027-01-01T00:00:00Z'));
  });

  it('refuses a key without an end, unless the settings let keys have none', () => {
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
  it.each(['2027-W01-1', '2027-001', '20270101T000000Z'])(
    'refuses a time that it cannot read: %s',
    (asked) => {
      expect(errorOf(() => expiryOf(asked, settings({ maxTtlDays: 100 }))).code).toBe('validation_failed');
    },
  );
});

describe('renewedExpiry', () => {
  it('gives a replacement the life that the key was made with, from now on', () => {
    const key = { createdAt: inDays(-80), expiresAt: inDays(10) };
    expect(renewedExpiry(key, settings())).toEqual(inDays(90));
    expect(renewedExpiry({ createdAt: inDays(-1), expiresAt: inDays(6) }, settings())).toEqual(inDays(7));
  });

  it('keeps a key without an end so, where the settings allow it', () => {
    const key = { createdAt: inDays(-400), expiresAt: null };
    expect(renewedExpiry(key, settings({ defaultTtlDays: null }))).toBeNull();
  });

  it('never gives more life than the maximum', () => {
    const key = { createdAt: inDays(-80), expiresAt: inDays(10) };
    expect(renewedExpiry(key, settings({ defaultTtlDays: 30, maxTtlDays: 30 }))).toEqual(inDays(30));
  });

  it('gives an end to a key without one, once there is a maximum', () => {
    const key = { createdAt: inDays(-400), expiresAt: null };
    expect(renewedExpiry(key, settings({ defaultTtlDays: 30, maxTtlDays: 30 }))).toEqual(inDays(30));
  });
});
