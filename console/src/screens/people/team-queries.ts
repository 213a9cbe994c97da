import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../api/client';
import { useChange } from '../../api/useChange';

export type Team = Schema<'Team'>;
export type TeamChanges = Schema<'UpdateTeamDto'>;
export type TeamMember = Schema<'TeamMember'>;

const READ = ['teams'];
const byId = (id: string) => ({ params: { path: { id } } });

export const teamListQuery = infiniteQueryOptions({
  queryKey: ['teams', 'list'],
  queryFn: ({ pageParam }) =>
    dataOf(
      api.GET('/api/teams', {
        params: { query: { limit: 100, ...(pageParam && { cursor: pageParam }) } },
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export const teamQuery = (id: string) =>
  queryOptions({
    queryKey: ['teams', 'team', id],
    queryFn: () => dataOf(api.GET('/api/teams/{id}', byId(id))),
  });

/** The first hundred members. */
export const teamMembersQuery = (id: string) =>
  queryOptions({
    queryKey: ['teams', 'members', id],
    queryFn: async () =>
      (await dataOf(api.GET('/api/teams/{id}/members', { params: { path: { id }, query: { limit: 100 } } })))
        .members,
  });

export const useCreateTeam = () =>
  useChange(READ, (name: string) => dataOf(api.POST('/api/teams', { body: { name } })));

export const useChangeTeam = (id: string) =>
  useChange(READ, (body: TeamChanges) => dataOf(api.PATCH('/api/teams/{id}', { ...byId(id), body })));

interface Place {
  userId: string;
  role: TeamMember['role'];
}

export const usePutMember = (id: string) =>
  useChange(READ, ({ userId, role }: Place) =>
    dataOf(api.PUT('/api/teams/{id}/members/{userId}', { params: { path: { id, userId } }, body: { role } })),
  );

export const useRemoveMember = (id: string) =>
  useChange(READ, (userId: string) =>
    dataOf(api.DELETE('/api/teams/{id}/members/{userId}', { params: { path: { id, userId } } })),
  );

/** What becomes of what the team owns: nothing is there, it goes to a person or a team, or it is deleted. */
export interface Leaving {
  data?: 'handover' | 'delete';
  to?: string;
}

export const useEndTeam = (id: string) =>
  useChange(READ, (query: Leaving) =>
    dataOf(api.DELETE('/api/teams/{id}', { params: { path: { id }, query } })),
  );
