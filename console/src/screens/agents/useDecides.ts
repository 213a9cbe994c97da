import { useQuery } from '@tanstack/react-query';
import { may, useMe } from '../../api/me';
import { teamsQuery } from '../../api/teams';
import type { Agent } from './agent-queries';

/** Returns whether the person decides about an agent: a team's members see its agents, and its maintainers change them. */
export function useDecides({ ownerKind, ownerId }: Agent): boolean {
  const me = useMe();
  const isOfTeam = ownerKind === 'team' && !may(me, 'admin');
  const teams = useQuery({ ...teamsQuery, enabled: isOfTeam && may(me, 'teams:read') }).data ?? [];
  if (!may(me, 'agents:write')) return false;
  return !isOfTeam || teams.some(({ id, role }) => id === ownerId && role === 'maintainer');
}
