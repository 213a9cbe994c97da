import type { Settings } from '../config/settings.js';
import { validationFailed } from '../errors/service-error.js';
import { isTimestamp } from '../validation/timestamp.js';
import type { ApiKey } from './api-key.entity.js';
import type { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';

type LifeSettings = Pick<Settings['apiKeys'], 'defaultTtlDays' | 'maxTtlDays'>;

/** The type of the lifetime that a key was issued with, in seconds. `null` means unlimited. */
type Life = number | null;

/** Holds the expiry and the lifetime of a new key. */
export type IssuedLife = Pick<ApiKey, 'expiresAt' | 'lifeSeconds'>;

export const DAY_MS = 24 * 3600 * 1000;

/**
 * Returns the expiry of a key: as requested, or after the default time, within the maximum of the settings.
 * @param requested RFC 3339, `null` for never, `undefined` for the default
 */
export function expiryOf(
  requested: string | null | undefined,
  { defaultTtlDays, maxTtlDays }: LifeSettings,
): Date | null {
  if (requested === undefined)
    return defaultTtlDays === null ? null : new Date(Date.now() + defaultTtlDays * DAY_MS);
  if (requested === null) {
    if (mayLastForEver({ defaultTtlDays, maxTtlDays })) return null;
    throw validationFailed(['expiresAt: the settings of this service require every key to expire']);
  }
  if (!isTimestamp(requested)) throw validationFailed(['expiresAt: must be an RFC 3339 time']);
  const end = new Date(requested);
  if (end.getTime() <= Date.now()) throw validationFailed(['expiresAt: must be in the future']);
  if (maxTtlDays !== undefined && end.getTime() > Date.now() + maxTtlDays * DAY_MS) {
    throw validationFailed([`expiresAt: must be within ${maxTtlDays} days`]);
  }
  return end;
}

const mayLastForEver = ({ defaultTtlDays, maxTtlDays }: LifeSettings) =>
  defaultTtlDays === null && maxTtlDays === undefined;

/** Returns the lifetime of a key that the operator creates, without a caller. */
export const lifeWithoutCreator = (settings: LifeSettings): IssuedLife => ({
  expiresAt: expiryOf(undefined, settings),
  lifeSeconds: null,
});

/**
 * Returns the lifetime of a new key: as {@link expiryOf}, but never longer than that of the key that creates it.
 * @throws validationFailed when more was requested
 */
export function lifeOfNew(
  requested: string | null | undefined,
  settings: LifeSettings,
  creator: Life,
): IssuedLife {
  const expiresAt = expiryOf(requested, settings);
  const lifeSeconds = secondsUntil(expiresAt);
  if (!isLonger(lifeSeconds, creator)) return { expiresAt, lifeSeconds };
  if (requested === undefined) return lifeFromNow(creator);
  throw validationFailed([
    `expiresAt: the calling key was issued for ${creator} seconds and cannot create keys that live longer`,
  ]);
}

/**
 * Returns the lifetime of a replacement: that of the key that it replaces, and at most that of the key that creates
 * it.
 */
export function renewedLife(
  { lifeSeconds: life }: Pick<ApiKey, 'lifeSeconds'>,
  settings: LifeSettings,
  creator: Life,
): IssuedLife {
  const bound = isLonger(life, creator) ? creator : life;
  if (bound === null) return lifeWithoutCreator(settings);
  const { expiresAt, lifeSeconds } = lifeFromNow(bound);
  const latest = settings.maxTtlDays === undefined ? Infinity : Date.now() + settings.maxTtlDays * DAY_MS;
  return { expiresAt: new Date(Math.min(timeOf(expiresAt), latest)), lifeSeconds };
}

/**
 * Returns a new expiry for a key. It lies within the lifetime that the key was issued with, counted from its
 * creation. The calling key can extend it by at most its own lifetime.
 * @throws validationFailed
 */
export function movedExpiry(
  key: Pick<ApiKey, 'createdAt' | 'expiresAt' | 'lifeSeconds'>,
  requested: string | null,
  settings: LifeSettings,
  changer: Life,
): Date | null {
  const end = expiryOf(requested, settings);
  if (timeOf(end) > key.createdAt.getTime() + msOf(key.lifeSeconds)) {
    throw validationFailed([
      `expiresAt: the key was issued for ${key.lifeSeconds} seconds; a rotation renews it for as long`,
    ]);
  }
  if (timeOf(end) > timeOf(key.expiresAt) && isLonger(secondsUntil(end), changer)) {
    throw validationFailed([
      `expiresAt: the calling key was issued for ${changer} seconds and cannot extend another by more`,
    ]);
  }
  return end;
}

const lifeFromNow = (life: Life): IssuedLife => ({
  expiresAt: life === null ? null : new Date(Date.now() + msOf(life)),
  lifeSeconds: life,
});

const secondsUntil = (end: Date | null): Life => end && Math.ceil((end.getTime() - Date.now()) / 1000);
const msOf = (life: Life): number => (life === null ? Infinity : life * 1000);
const timeOf = (end: Date | null): number => end?.getTime() ?? Infinity;
const isLonger = (life: Life, than: Life): boolean => msOf(life) > msOf(than);

/**
 * Returns the columns that a rotation writes to the old and to the new key. Without a grace period the old key is
 * revoked. With one it expires when the period ends, unless it would expire sooner. The period begins now or at the
 * first use of the new key.
 */
export function gracePeriod(
  key: ApiKey,
  { gracePeriodSeconds: seconds = 0, gracePeriodStart: start = 'rotation' }: RotateApiKeyDto,
): {
  ofOld: Partial<Pick<ApiKey, 'expiresAt' | 'revokedAt'>>;
  ofNew: Partial<Pick<ApiKey, 'graceOf' | 'graceSeconds'>>;
} {
  if (seconds === 0 && start === 'first_use') {
    throw validationFailed(['gracePeriodSeconds: required for a period that begins at the first use']);
  }
  if (seconds === 0) return { ofOld: { revokedAt: new Date() }, ofNew: {} };
  if (start === 'first_use') return { ofOld: {}, ofNew: { graceOf: key.id, graceSeconds: seconds } };
  const end = Date.now() + seconds * 1000;
  return { ofOld: { expiresAt: new Date(Math.min(end, key.expiresAt?.getTime() ?? end)) }, ofNew: {} };
}

/** Returns whether the key is revoked or expired. Such a key never becomes valid again. */
export const hasEnded = (key: ApiKey) =>
  [key.revokedAt, key.expiresAt].some((end) => end !== null && end.getTime() <= Date.now());
