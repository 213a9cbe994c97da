import type { Agent } from './agent-queries';

export interface AgentRow {
  agent: Agent;
  /** How many agents of the list stand above it. */
  depth: number;
}

/**
 * Returns agents by their owners, each with those below it behind it. Owners come in the order of the list, so that a further page moves
 * little. One whose agent is not in the list stands by itself.
 */
export function treeOf(agents: readonly Agent[]): AgentRow[] {
  const known = new Set(agents.map(({ id }) => id));
  const byOwner = new Map<string, Agent[]>();
  for (const agent of agents) {
    const others = byOwner.get(agent.ownerId);
    if (others) others.push(agent);
    else byOwner.set(agent.ownerId, [agent]);
  }
  const rowsOf = (ownerId: string, depth: number): AgentRow[] =>
    (byOwner.get(ownerId) ?? []).flatMap((agent) => [{ agent, depth }, ...rowsOf(agent.id, depth + 1)]);
  return [...byOwner.keys()].filter((owner) => !known.has(owner)).flatMap((owner) => rowsOf(owner, 0));
}
