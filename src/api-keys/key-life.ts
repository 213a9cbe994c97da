import type { Settings } from '../config/settings.js';
import { validationFailed } from '../errors/service-error.js';
import { isTimestamp } from '../validation/timestamp.js';
import type { ApiKey } from './api-key.entity.js';
import type { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';

type LifeSettings = Pick<Settings['apiKeys'], 'defaultTtlDays' | 'maxTtlDays'>;

/** How long a key was issued for, in seconds; `null`: without a bound. */
type Life = number | null;

/** What a key is issued with. */
export type IssuedLife = Pick<ApiKey, 'expiresAt' | 'lifeSeconds'>;

export const DAY_MS = 24 * 3600 * 1000;

/**
 * When a key ends: as asked, else after the default time, within the maximum that the settings set.
 * @param asked RFC 3339; `null`: never; `undefined`: the default
 */
export function expiryOf(
  asked: string | null | undefined,
  { defaultTtlDays, maxTtlDays }: LifeSettings,
): Date | null {
  if (asked === undefined)
    return defaultTtlDays === null ? null : new Date(Date.now() + defaultTtlDays * DAY_MS);
  if (asked === null) {
    if (mayLastForEver({ defaultTtlDays, maxTtlDays })) return null;
    throw validationFailed(['expiresAt: the settings of this service want every key to end']);
  }
  if (!isTimestamp(asked)) throw validationFailed(['expiresAt: must be a time of RFC 3339']);
  const end = new Date(asked);
  if (end.getTime() <= Date.now()) throw validationFailed(['expiresAt: must be in the future']);
  if (maxTtlDays !== undefined && end.getTime() > Date.now() + maxTtlDays * DAY_MS) {
    throw validationFailed([`expiresAt: must be within ${maxTtlDays} days`]);
  }
  return end;
}

const mayLastForEver = ({ defaultTtlDays, maxTtlDays }: LifeSettings) =>
  defaultTtlDays === null && maxTtlDays === undefined;

/** The life of a key that the operator has made, by no other key. */
export const lifeWithoutMaker = (settings: LifeSettings): IssuedLife => ({
  expiresAt: expiryOf(undefined, settings),
  lifeSeconds: null,
});

/**
 * The life that a key is issued with: as {@link expiryOf}, but never longer than its maker's.
 * @throws validationFailed where more was asked for
 */
export function lifeOfNew(asked: string | null | undefined, settings: LifeSettings, maker: Life): IssuedLife {
  const expiresAt = expiryOf(asked, settings);
  const lifeSeconds = secondsUntil(expiresAt);
  if (!isLonger(lifeSeconds, maker)) return { expiresAt, lifeSeconds };
  if (asked === undefined) return lifeFromNow(maker);
  throw validationFailed([
    `expiresAt: the calling key was issued for ${maker} seconds, and makes none of more`,
  ]);
}

/** A replacement lives as long as the key that it replaces was made to live, and no longer than its maker. */
export function renewedLife(
  { lifeSeconds: life }: Pick<ApiKey, 'lifeSeconds'>,
  settings: LifeSettings,
  maker: Life,
): IssuedLife {
  const bound = isLonger(life, maker) ? maker : life;
  if (bound === null) return lifeWithoutMaker(settings);
  const { expiresAt, lifeSeconds } = lifeFromNow(bound);
  const latest = settings.maxTtlDays === undefined ? Infinity : Date.now() + settings.maxTtlDays * DAY_MS;
  return { expiresAt: new Date(Math.min(timeOf(expiresAt), latest)), lifeSeconds };
}

/**
 * Another end for a key: within what it was issued for, counted from then. Who puts it off puts it off by no more than the
 * own key was issued for.
 * @throws validationFailed
 */
export function movedExpiry(
  key: Pick<ApiKey, 'createdAt' | 'expiresAt' | 'lifeSeconds'>,
  asked: string | null,
  settings: LifeSettings,
  changer: Life,
): Date | null {
  const end = expiryOf(asked, settings);
  if (timeOf(end) > key.createdAt.getTime() + msOf(key.lifeSeconds)) {
    throw validationFailed([
      `expiresAt: the key was issued for ${key.lifeSeconds} seconds; a rotation renews it for as long`,
    ]);
  }
  if (timeOf(end) > timeOf(key.expiresAt) && isLonger(secondsUntil(end), changer)) {
    throw validationFailed([
      `expiresAt: the calling key was issued for ${changer} seconds, and puts no end off by more`,
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
 * What a rotation writes to the old key and to the new. Without a grace period the old key is revoked. With one it
 * expires at its end (unless it would sooner), counted from now or from the first use of the new key.
 */
export function gracePeriod(
  key: ApiKey,
  { gracePeriodSeconds: seconds = 0, gracePeriodStart: start = 'rotation' }: RotateApiKeyDto,
): {
  ofOld: Partial<Pick<ApiKey, 'expiresAt' | 'revokedAt'>>;
  ofNew: Partial<Pick<ApiKey, 'graceOf' | 'graceSeconds'>>;
} {
  if (seconds === 0 && start === 'first_use') {
    throw validationFailed(['gracePeriodSeconds: a period that begins with the first use needs a length']);
  }
  if (seconds === 0) return { ofOld: { revokedAt: new Date() }, ofNew: {} };
  if (start === 'first_use') return { ofOld: {}, ofNew: { graceOf: key.id, graceSeconds: seconds } };
  const end = Date.now() + seconds * 1000;
  return { ofOld: { expiresAt: new Date(Math.min(end, key.expiresAt?.getTime() ?? end)) }, ofNew: {} };
}

/** Revoked or past its time. A key that has ended stays ended. */
export const hasEnded = (key: ApiKey) =>
  [key.revokedAt, key.expiresAt].some((end) => end !== null && end.getTime() <= Date.now());
