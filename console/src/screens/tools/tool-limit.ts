import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { may, useMe } from '../../api/me';
import { type ToolLimit, toolLimitsQuery } from './tool-queries';

/** Returns the limit of a tool, where the person may read it. */
export function useToolLimit(name: string): ToolLimit | undefined {
  const limits = useQuery({ ...toolLimitsQuery, enabled: may(useMe(), 'limits:read') }).data;
  return limits?.find((one) => one.name === name);
}

/** Says what a limit and a weight mean. */
export const limitWords = (
  t: TFunction<'tools'>,
  { perMinute, weight }: Pick<ToolLimit, 'perMinute' | 'weight'>,
): string =>
  perMinute === null ? t('limit.none', { count: weight }) : t('limit.some', { count: perMinute, weight });
