import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { followAudit } from '../../api/audit-tail';
import type { Problem } from '../../api/problem';
import { type Call, callsQuery, isCall, joined, LOOK_MS } from './start-queries';

interface FirstCalls {
  /** The newest first. */
  calls: readonly Call[];
  problem: Problem | null;
  retry: () => void;
}

/** The last calls with a key, as they come. As long as the stream of the audit is away, the list is read again and again. */
export function useFirstCalls(keyId: string, isOn: boolean): FirstCalls {
  const [isConnected, setConnected] = useState(false);
  const [came, setCame] = useState<readonly Call[]>([]);
  const {
    data: read,
    error,
    refetch,
  } = useQuery({ ...callsQuery(keyId), enabled: isOn, refetchInterval: isConnected ? false : LOOK_MS });
  useEffect(() => {
    if (!isOn) return;
    const stopped = new AbortController();
    void followAudit({ keyId }, stopped.signal, {
      onRow: (row) => isCall(row) && setCame((known) => joined([row], known)),
      onConnected: (connected) => {
        setConnected(connected);
        // What was called before the stream began is in the list alone.
        if (connected) void refetch();
      },
      onGap: () => void refetch(),
      // The list goes on being read.
      onRefused: () => undefined,
    });
    return () => stopped.abort();
  }, [keyId, isOn, refetch]);
  const calls = useMemo(() => joined(came, read ?? []), [came, read]);
  return { calls, problem: error, retry: () => void refetch() };
}
