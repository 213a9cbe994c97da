import type { Settings } from '../config/settings.js';
import { validationFailed } from '../errors/service-error.js';
import { isTimestamp } from '../validation/timestamp.js';
import type { ApiKey } from './api-key.entity.js';

export const DAY_MS = 24 * 3600 * 1000;

/**
 * When a key ends: as asked, else after the default time, within the maximum that the settings set.
 * @param asked RFC 3339; `null`: never; `undefined`: the default
 */
export function expiryOf(
  asked: string | null | undefined,
  { defaultTtlDays, maxTtlDays }: Settings['apiKeys'],
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

const mayLastForEver = ({
  defaultTtlDays,
  maxTtlDays,
}: Pick<Settings['apiKeys'], 'defaultTtlDays' | 'maxTtlDays'>) =>
  defaultTtlDays === null && maxTtlDays === undefined;

/** A replacement lives as long as the key that it replaces was made to live. */
export function renewedExpiry(
  key: { createdAt: Date; expiresAt: Date | null },
  settings: Settings['apiKeys'],
): Date | null {
  if (key.expiresAt === null) return mayLastForEver(settings) ? null : expiryOf(undefined, settings);
  const life = key.expiresAt.getTime() - key.createdAt.getTime();
  const most = settings.maxTtlDays === undefined ? life : Math.min(life, settings.maxTtlDays * DAY_MS);
  return new Date(Date.now() + most);
}

/** With a grace period a replaced key expires at its end, unless it would sooner; without, it is revoked. */
export function endAfter(
  key: ApiKey,
  graceSeconds: number,
): Partial<Pick<ApiKey, 'expiresAt' | 'revokedAt'>> {
  if (graceSeconds === 0) return { revokedAt: new Date() };
  const graceEnd = Date.now() + graceSeconds * 1000;
  return { expiresAt: new Date(Math.min(graceEnd, key.expiresAt?.getTime() ?? graceEnd)) };
}

/** Revoked or past its time. A key that has ended stays ended. */
export const hasEnded = (key: ApiKey) =>
  [key.revokedAt, key.expiresAt].some((end) => end !== null && end.getTime() <= Date.now());
