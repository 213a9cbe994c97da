import type { ToolView } from './routes';
import type { Tool } from './tool-queries';

const SHOWS: Record<ToolView, (tool: Tool) => boolean> = {
  off: ({ enabled }) => !enabled,
  failing: ({ lastDay }) => (lastDay?.errors ?? 0) > 0,
  refused: ({ lastDay }) => (lastDay?.refused ?? 0) > 0,
  unused: ({ lastDay }) => lastDay !== null && lastDay.calls + lastDay.refused === 0,
};

/** Returns the tools of a view: those that are switched off first, then the most called. */
export const toolsIn = (tools: readonly Tool[], view: ToolView | undefined): Tool[] =>
  tools
    .filter((tool) => view === undefined || SHOWS[view](tool))
    .toSorted(
      (one, other) =>
        Number(one.enabled) - Number(other.enabled) ||
        (other.lastDay?.calls ?? 0) - (one.lastDay?.calls ?? 0) ||
        one.name.localeCompare(other.name),
    );

/** Returns what all tools did together. */
export const sumOf = (tools: readonly Tool[]) => {
  const sum = (count: 'calls' | 'errors' | 'refused') =>
    tools.reduce((total, { lastDay }) => total + (lastDay?.[count] ?? 0), 0);
  return { calls: sum('calls'), errors: sum('errors'), refused: sum('refused') };
};
