import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema } from '../../../api/client';
import { useChange } from '../../../api/useChange';

export type Organization = Schema<'Organization'>;
export type Member = Schema<'OrganizationMember'>;

const PAGE = 100;
const READ = ['organizations'];
const byId = (id: string) => ({ params: { path: { id } } });
const pageFrom = (cursor: string) => ({ limit: PAGE, ...(cursor && { cursor }) });

export const organizationListQuery = infiniteQueryOptions({
  queryKey: ['organizations', 'list'],
  queryFn: ({ pageParam }) =>
    dataOf(api.GET('/api/organizations', { params: { query: pageFrom(pageParam) } })),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export const organizationQuery = (id: string) =>
  queryOptions({
    queryKey: ['organizations', 'organization', id],
    queryFn: () => dataOf(api.GET('/api/organizations/{id}', byId(id))),
  });

/** The first hundred. */
export const ownersQuery = (id: string) =>
  queryOptions({
    queryKey: ['organizations', 'owners', id],
    queryFn: async () => {
      const query = { role: 'owner', limit: PAGE } as const;
      return (await dataOf(api.GET('/api/organizations/{id}/members', { params: { path: { id }, query } })))
        .members;
    },
  });

export const organizationMembersQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['organizations', 'members', id],
    queryFn: ({ pageParam }) =>
      dataOf(
        api.GET('/api/organizations/{id}/members', { params: { path: { id }, query: pageFrom(pageParam) } }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const useCreateOrganization = () =>
  useChange(READ, (body: Schema<'CreateOrganizationDto'>) =>
    dataOf(api.POST('/api/organizations', { body })),
  );

interface Place {
  userId: string;
  role: Member['role'];
}

/** Gives somebody a role. It may be the own one, so that is read again, too. */
export const useGiveRole = (id: string) =>
  useChange(['organizations', 'users', 'me'], ({ userId, role }: Place) =>
    dataOf(
      api.PUT('/api/organizations/{id}/members/{userId}', {
        params: { path: { id, userId } },
        body: { role },
      }),
    ),
  );

/** What becomes of what somebody owns who leaves: nothing is there, it goes to another member, or it is deleted. */
export interface Leaving {
  data?: 'handover' | 'delete';
  to?: string;
}

export const useRemoveFromOrganization = (id: string) =>
  useChange([...READ, 'users'], ({ userId, ...query }: Leaving & { userId: string }) =>
    dataOf(
      api.DELETE('/api/organizations/{id}/members/{userId}', { params: { path: { id, userId }, query } }),
    ),
  );

/** Ends an organisation, with what its teams and agents own. */
export const useEndOrganization = (id: string) =>
  useChange(READ, () =>
    dataOf(api.DELETE('/api/organizations/{id}', { params: { path: { id }, query: { data: 'delete' } } })),
  );
