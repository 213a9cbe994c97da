import { useSyncExternalStore } from 'react';
import { type AuditSearch, auditSearch } from './audit-filters';

const KEPT = 'bouncer.audit.views';

/** Filters that somebody gave a name. The browser keeps them, and their address can be sent to others. */
export interface SavedView {
  name: string;
  search: AuditSearch;
}

let views = read();
const watchers = new Set<() => void>();

function read(): readonly SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '[]');
    if (!Array.isArray(kept)) return [];
    return kept.map(({ name, search }: { name: unknown; search: Record<string, unknown> }) => ({
      name: typeof name === 'string' ? name : '',
      search: auditSearch(search),
    }));
  } catch {
    // Somebody else wrote something there.
    return [];
  }
}

export function keepViews(next: readonly SavedView[]): void {
  views = next;
  localStorage.setItem(KEPT, JSON.stringify(next));
  for (const watcher of watchers) watcher();
}

export const useSavedViews = (): readonly SavedView[] =>
  useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => views,
  );
