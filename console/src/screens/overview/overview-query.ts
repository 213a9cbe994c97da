import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../api/client';
import type { Window } from './routes';

export type Overview = Schema<'Overview'>;

/** Each look is a row of the audit, so it is not taken more often than somebody notices. */
const LOOK_MS = 30_000;

export const overviewQuery = (window: Window) =>
  queryOptions({
    queryKey: ['overview', window],
    queryFn: () => dataOf(api.GET('/api/overview', { params: { query: { window } } })),
    refetchInterval: LOOK_MS,
    placeholderData: keepPreviousData,
  });
