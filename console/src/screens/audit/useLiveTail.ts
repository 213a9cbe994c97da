import { useEffect, useState } from 'react';
import { followAudit } from '../../api/audit-tail';
import type { Problem } from '../../api/problem';
import type { AuditFilters } from './audit-filters';
import type { AuditRow } from './audit-queries';
import { IncomingRows } from './incoming-rows';

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
    change(NOTHING);
    void followAudit(JSON.parse(query) as Record<string, string>, stopped.signal, {
      onRow: (row) => incoming.add(row),
      onConnected: (isConnected) => change({ isConnected, ...(isConnected && { problem: undefined }) }),
      onGap: () => change({ hasGap: true }),
      onRefused: (problem) => change({ problem }),
    });
    return () => {
      stopped.abort();
      incoming.stop();
    };
  }, [query, isOn]);
  return isOn ? tail : NOTHING;
}
