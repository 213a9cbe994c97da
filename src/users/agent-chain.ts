import type { EntityManager } from 'typeorm';
import type { TeamLimit } from '../access/caller.js';
import type { PrincipalKind } from '../access/principal.js';

/** A principal of a chain, as PostgreSQL writes it in JSON. Only agents have scopes and ends. */
export interface ChainLink {
  id: string;
  kind: PrincipalKind;
  scopes: string[] | null;
  ends_at: string | null;
  retired_at: string | null;
  is_active: boolean;
  /** The calls a minute of a team. */
  requests_per_minute: number | null;
}

/** What an agent may do by what it depends on: itself, the agents above it, and the person or the team at the end. */
export interface AgentBounds {
  /** Those that it depends on, the nearest first. */
  owners: readonly string[];
  /** How many agents there are, itself included. */
  depth: number;
  /** The scopes of each agent. The agent has what all of them cover. */
  within: readonly (readonly string[])[];
  /** When the first of them ends. */
  endsAt: Date | null;
  isRetired: boolean;
  isActive: boolean;
  /** The limit of the team at the end; `null` where that has none, or a person is there. */
  teamLimit: TeamLimit | null;
}

/** Is the SQL of the chain of an agent, as JSON. */
export const CHAIN_OF = (id: string): string =>
  `(SELECT jsonb_agg(
      to_jsonb(c) || jsonb_build_object('requests_per_minute', t.requests_per_minute) ORDER BY c.depth
    )
    FROM agent_chain(${id}) c LEFT JOIN users t ON t.id = c.id AND t.kind = 'team')`;

/** Reads what an agent depends on, as a statement of `manager`. @returns `undefined` for what is no agent */
export async function agentBounds(manager: EntityManager, id: string): Promise<AgentBounds | undefined> {
  const [row] = await manager.query<{ chain: ChainLink[] | null }[]>(`SELECT ${CHAIN_OF('$1')} AS chain`, [
    id,
  ]);
  return row?.chain ? boundsOf(row.chain) : undefined;
}

/** @param chain an agent, and those that it depends on */
export function boundsOf(chain: readonly ChainLink[]): AgentBounds {
  const agents = chain.filter(({ kind }) => kind === 'agent');
  const ends = agents.flatMap(({ ends_at: end }) => (end === null ? [] : [timeOfEnd(end)]));
  return {
    owners: chain.slice(1).map(({ id }) => id),
    depth: agents.length,
    within: agents.map(({ scopes }) => scopes ?? []),
    endsAt: ends.length > 0 ? new Date(Math.min(...ends)) : null,
    isRetired: agents.some(({ retired_at: end }) => end !== null),
    // A chain that leads to nobody is a circle.
    isActive: agents.length < chain.length && chain.every(({ is_active: active }) => active),
    teamLimit: teamLimitOf(chain.at(-1)),
  };
}

/** Reads when an agent ends, in milliseconds. What `Date` cannot read, such as a year of five digits, is over: nothing may live on by it. */
export const timeOfEnd = (end: string): number => {
  const time = Date.parse(end);
  return Number.isNaN(time) ? 0 : time;
};

const teamLimitOf = (link: ChainLink | undefined): TeamLimit | null =>
  link?.kind === 'team' && link.requests_per_minute !== null
    ? { teamId: link.id, requestsPerMinute: link.requests_per_minute }
    : null;

/** Returns the earlier of two times, of which `null` never comes. */
export const earlier = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other < one) ? other : one;

/** Is the SQL of the ids of all whom {@link isManagedBy} says of a person. @param person SQL that has the id */
export const MANAGED_BY = (person: string): string =>
  `WITH RECURSIVE managed AS (
     SELECT CAST(${person} AS uuid) AS id
     UNION SELECT team_id FROM team_members WHERE user_id = ${person} AND role = 'maintainer'
     UNION SELECT a.id FROM agents a JOIN managed ON a.owner_id = managed.id
   )
   SELECT id FROM managed`;

/** Returns whether a person may decide about a principal: itself, a team that it maintains, or an agent of either. */
export async function isManagedBy(
  manager: EntityManager,
  principal: string,
  person: string,
): Promise<boolean> {
  if (principal === person) return true;
  const [row] = await manager.query<{ managed: boolean }[]>('SELECT is_managed_by($1, $2) AS managed', [
    principal,
    person,
  ]);
  return row!.managed;
}
