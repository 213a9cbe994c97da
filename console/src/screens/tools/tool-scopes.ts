import type { ScopeEntry } from '../../api/scopes';

/** A scope of one action, such as `documents:read`. */
const isOfAction = ({ scope }: ScopeEntry) => /:[^*]+$/.test(scope);

/** Returns the scopes that a call of a tool needs, all of them. */
export const neededBy = (tool: string, catalogue: readonly ScopeEntry[]): ScopeEntry[] =>
  catalogue.filter((entry) => isOfAction(entry) && entry.tools.includes(tool));

/** Returns the wide scopes that are each enough for a call of a tool. */
export const enoughFor = (tool: string, catalogue: readonly ScopeEntry[]): ScopeEntry[] =>
  catalogue.filter((entry) => !isOfAction(entry) && entry.tools.includes(tool));
