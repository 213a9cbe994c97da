import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schema, settledBy } from '../../api/client';
import { useChange } from '../../api/useChange';

export type User = Schema<'User'>;
export type Invitation = Schema<'Invitation'>;

const PAGE = 100;
const page = (cursor: string) => ({ params: { query: { limit: PAGE, ...(cursor && { cursor }) } } });
const byId = (id: string) => ({ params: { path: { id } } });
/** Whose sessions or grants: one's own, where nobody is named. */
const ofUser = (userId: string | undefined) => (userId === undefined ? {} : { userId });

const USERS = ['users'];

export const userListQuery = infiniteQueryOptions({
  queryKey: ['users', 'list'],
  queryFn: ({ pageParam }) => dataOf(api.GET('/api/users', page(pageParam))),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export const userQuery = (id: string) =>
  queryOptions({
    queryKey: ['users', 'user', id],
    queryFn: () => dataOf(api.GET('/api/users/{id}', byId(id))),
  });

/** Returns which replicas know of it. */
export const useChangeUser = (id: string) =>
  useChange(USERS, async (body: Schema<'UpdateUserDto'>) =>
    settledBy((await api.PATCH('/api/users/{id}', { ...byId(id), body })).response),
  );

export const useResetSecondFactor = (id: string) =>
  useChange(USERS, () => dataOf(api.DELETE('/api/users/{id}/second-factor', byId(id))));

export const invitationListQuery = infiniteQueryOptions({
  queryKey: ['invitations'],
  queryFn: ({ pageParam }) => dataOf(api.GET('/api/invitations', page(pageParam))),
  initialPageParam: '',
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

export const useInvite = () =>
  useChange(['invitations'], (body: Schema<'CreateInvitationDto'>) =>
    dataOf(api.POST('/api/invitations', { body })),
  );

export const useWithdraw = () =>
  useChange(['invitations'], (id: string) => dataOf(api.DELETE('/api/invitations/{id}', byId(id))));

export const sessionsQuery = (userId: string | undefined) =>
  queryOptions({
    queryKey: ['sessions', userId],
    queryFn: async () =>
      (await dataOf(api.GET('/api/sessions', { params: { query: ofUser(userId) } }))).sessions,
  });

export const useEndSession = (userId: string | undefined) =>
  useChange(['sessions'], (id: string) =>
    dataOf(api.DELETE('/api/sessions/{id}', { params: { path: { id }, query: ofUser(userId) } })),
  );

/** Ends all sessions of somebody but the one that asks. */
export const useEndSessions = (userId: string | undefined) =>
  useChange(['sessions'], () => dataOf(api.DELETE('/api/sessions', { params: { query: ofUser(userId) } })));

export const grantsQuery = (userId: string | undefined) =>
  queryOptions({
    queryKey: ['grants', userId],
    queryFn: async () =>
      (await dataOf(api.GET('/api/oauth/grants', { params: { query: ofUser(userId) } }))).grants,
  });

export const useEndGrant = (userId: string | undefined) =>
  useChange(['grants'], (id: string) =>
    dataOf(api.DELETE('/api/oauth/grants/{id}', { params: { path: { id }, query: ofUser(userId) } })),
  );
