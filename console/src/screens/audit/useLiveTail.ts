import { useEffect, useState } from 'react';
import { api, dataOf } from '../../api/client';
import { eventsOf } from '../../api/event-stream';
import { asProblem, type Problem } from '../../api/problem';
import type { AuditFilters } from './audit-filters';
import type { AuditRow } from './audit-queries';
import { IncomingRows } from './incoming-rows';

const AGAIN_MS = 2_000;

export interface LiveTail {
  /** The newest first. */
  rows: readonly AuditRow[];
  /** How many came while somebody reads further below. They are shown once the person is back at the top. */
  waiting: number;
  isConnected: boolean;
  /** Rows may be missing: the service said so, or the connection was away for long. */
  hasGap: boolean;
  /** Why it does not go on by itself. */
  problem: Problem | undefined;
}

const NOTHING: LiveTail = { rows: [], waiting: 0, isConnected: false, hasGap: false, problem: undefined };

/** Follows the audit: rows of all replicas as they are committed. The stream takes no span, as it has only what is new. */
export function useLiveTail(filters: AuditFilters, isOn: boolean): LiveTail {
  const [tail, setTail] = useState(NOTHING);
  const { last: _last, from: _from, to: _to, ...asked } = filters;
  const query = JSON.stringify(asked);
  useEffect(() => {
    if (!isOn) return;
    const stopped = new AbortController();
    const change = (changed: Partial<LiveTail>) => setTail((known) => ({ ...known, ...changed }));
    const incoming = new IncomingRows(change);
    void follow(JSON.parse(query) as AuditFilters, stopped.signal, incoming, change);
    return () => {
      stopped.abort();
      incoming.stop();
    };
  }, [query, isOn]);
  return isOn ? tail : NOTHING;
}

/** Reads the stream until it is stopped, and again from the last row on whenever it breaks off. */
async function follow(
  filters: AuditFilters,
  signal: AbortSignal,
  incoming: IncomingRows,
  change: (changed: Partial<LiveTail>) => void,
): Promise<void> {
  let lastId: string | undefined;
  change(NOTHING);
  while (!signal.aborted) {
    try {
      const body = await dataOf(
        api.GET('/api/audit/stream', {
          params: { query: filters },
          parseAs: 'stream',
          signal,
          ...(lastId !== undefined && { headers: { 'last-event-id': lastId } }),
        }) as Promise<{ data?: ReadableStream<Uint8Array> }>,
      );
      change({ isConnected: true, problem: undefined });
      for await (const { event, data, id } of eventsOf(body)) {
        lastId = id ?? lastId;
        if (event === 'audit') incoming.add(JSON.parse(data) as AuditRow);
        if (event === 'gap' || event === 'overflow') change({ hasGap: true });
      }
    } catch (error) {
      const problem = asProblem(error);
      if (signal.aborted) return;
      // Where the service refuses, asking again is refused again.
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
        change({ isConnected: false, problem });
        return;
      }
    }
    change({ isConnected: false });
    await new Promise((wake) => setTimeout(wake, AGAIN_MS));
  }
}
