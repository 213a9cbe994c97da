import { expiryWarning } from './expiry-warning.js';

const NOW = Date.UTC(2026, 10, 1);
const WEEK_MS = 7 * 24 * 3600 * 1000;

describe('The header that warns of the end of a key', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
  });
  afterEach(() => jest.useRealTimers());

  it('is sent in the last 7 days, to the millisecond', () => {
    expect(expiryWarning(new Date(NOW + WEEK_MS + 1))).toBeUndefined();
    expect(expiryWarning(new Date(NOW + WEEK_MS))).toEqual({
      'X-API-Key-Expires': '2026-11-08T00:00:00.000Z',
    });
    expect(expiryWarning(new Date(NOW + 1))).toEqual({ 'X-API-Key-Expires': '2026-11-01T00:00:00.001Z' });
  });

  it('is never sent for a key without an end', () => {
    expect(expiryWarning(null)).toBeUndefined();
  });
});
