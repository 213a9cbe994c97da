import type { EntityManager } from 'typeorm';
import { conflict, ServiceError } from '../errors/service-error.js';
import type { AgentBounds } from '../users/agent-chain.js';
import type { Change } from '../users/caller-changes.js';

/** All below a retired agent are retired, too. */
const ACTIVE = `
  WITH RECURSIVE held AS (
    SELECT id FROM agents WHERE organization_id = $1 AND owner_id = $2 AND retired_at IS NULL
    UNION
    SELECT a.id FROM agents a JOIN held ON a.owner_id = held.id WHERE a.retired_at IS NULL
  )
  SELECT count(*)::int AS agents FROM held`;

/**
 * Checks that a person or a team may have one more agent, directly or below its agents.
 * @param change has locked the person or the team, so that of two agents that are made at once the second counts the first
 * @param above what the new agent's owner depends on, where that is an agent itself
 * @throws ServiceError `agent_limit_reached`
 */
export async function assertRoomForAgent(
  { manager, caller: { organizationId }, users }: Change,
  ownerId: string,
  above: AgentBounds | undefined,
  maxPerOwner: number,
): Promise<void> {
  const outermost = above?.owners.at(-1) ?? ownerId;
  if (!users.has(outermost)) throw conflict('The agent that owns it was handed over just now: try again');
  const active = await activeAgents(manager, organizationId, outermost);
  if (active < maxPerOwner) return;
  throw new ServiceError(
    'agent_limit_reached',
    `The owner has ${active} agents, which is the most; retire one first`,
  );
}

async function activeAgents(
  manager: EntityManager,
  organizationId: string,
  ownerId: string,
): Promise<number> {
  const [row] = await manager.query<{ agents: number }[]>(ACTIVE, [organizationId, ownerId]);
  return row!.agents;
}
