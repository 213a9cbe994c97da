import type { Settings } from '../config/settings.js';
import { validationFailed } from '../errors/service-error.js';
import { isTimestamp } from '../validation/timestamp.js';
import type { ApiKey } from './api-key.entity.js';
import type { RotateApiKeyDto } from './dto/rotate-api-key.dto.js';

type LifeSettings = Pick<Settings['apiKeys'], 'defaultTtlDays' | 'maxTtlDays'>;

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

/** A replacement lives as long as the key that it replaces was made to live. */
export function renewedExpiry(
  key: { createdAt: Date; expiresAt: Date | null },
  settings: LifeSettings,
): Date | null {
  if (key.expiresAt === null) return mayLastForEver(settings) ? null : expiryOf(undefined, settings);
  const life = key.expiresAt.getTime() - key.createdAt.getTime();
  const most = settings.maxTtlDays === undefined ? life : Math.min(life, settings.maxTtlDays * DAY_MS);
  return new Date(Date.now() + most);
}

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
