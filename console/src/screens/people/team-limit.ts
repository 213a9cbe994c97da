import type { TFunction } from 'i18next';

/** Says how many calls a minute the keys and agents of a team share. */
export const teamLimitWords = (t: TFunction<'people'>, perMinute: number | null): string =>
  perMinute === null ? t('team.noLimit') : t('perMinute', { count: perMinute });
