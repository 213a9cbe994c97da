import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';

const LOOK_MS = 2_000;
const MOST_SHOWN = 10;

/** The last calls with a key, read again and again while somebody waits for the first. */
export const callsQuery = (keyId: string) =>
  queryOptions({
    queryKey: ['start', 'calls', keyId],
    queryFn: async () => {
      const { events } = await dataOf(
        api.GET('/api/audit', { params: { query: { keyId, limit: MOST_SHOWN } } }),
      );
      // The making of the key is a row about it, and not one of its calls.
      return events.filter(({ via }) => via === 'key');
    },
    refetchInterval: LOOK_MS,
  });
