import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../api/client';

/** How often the list is read where nothing tells of new rows. */
export const LOOK_MS = 2_000;
const MOST_SHOWN = 10;

export type Call = Schema<'AuditEvent'>;

/** Returns whether a row tells of a call with the key: the making of the key is a row about it. */
export const isCall = ({ via }: Call): boolean => via === 'key';

/** The last calls with a key. */
export const callsQuery = (keyId: string) =>
  queryOptions({
    queryKey: ['start', 'calls', keyId],
    queryFn: async () => {
      const { events } = await dataOf(
        api.GET('/api/audit', { params: { query: { keyId, limit: MOST_SHOWN } } }),
      );
      return events.filter(isCall);
    },
  });

/** The calls that came and those that were read, each once and the newest first. */
export const joined = (came: readonly Call[], read: readonly Call[]): Call[] =>
  [...new Map([...came, ...read].map((call) => [call.id, call])).values()]
    .sort((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, MOST_SHOWN);
