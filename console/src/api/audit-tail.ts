import { api, dataOf, type Schema } from './client';
import { eventsOf } from './event-stream';
import { asProblem, type Problem } from './problem';

const AGAIN_MS = 2_000;

type Filters = Record<string, string>;

/** Who hears of what is followed. */
export interface AuditListener {
  onRow: (row: Schema<'AuditEvent'>) => void;
  /** The stream began, or broke off. It is asked for again by itself. */
  onConnected: (isConnected: boolean) => void;
  /** Rows may be missing: the service said so, or the connection was away for long. */
  onGap: () => void;
  /** The service refuses, and it does not go on by itself. */
  onRefused: (problem: Problem) => void;
}

/** Reads the rows of the audit as they are committed until it is stopped, and again from the last one on whenever the stream breaks off. */
export async function followAudit(
  filters: Filters,
  signal: AbortSignal,
  { onRow, onConnected, onGap, onRefused }: AuditListener,
): Promise<void> {
  let lastId: string | undefined;
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
      onConnected(true);
      for await (const { event, data, id } of eventsOf(body)) {
        lastId = id ?? lastId;
        if (event === 'audit') onRow(JSON.parse(data) as Schema<'AuditEvent'>);
        if (event === 'gap' || event === 'overflow') onGap();
      }
    } catch (error) {
      const problem = asProblem(error);
      if (signal.aborted) return;
      // Where the service refuses, asking again is refused again.
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
        onConnected(false);
        onRefused(problem);
        return;
      }
    }
    if (signal.aborted) return;
    onConnected(false);
    await new Promise((wake) => setTimeout(wake, AGAIN_MS));
  }
}
