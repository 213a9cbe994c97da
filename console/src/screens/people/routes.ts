import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

export const USER_VIEWS = ['weak', 'admins', 'deactivated'] as const;
export type UserView = (typeof USER_VIEWS)[number];

/** Which people the list shows: all of them, or those that need a look. */
export interface UserFilters {
  show?: UserView;
}

const isView = (text: unknown): text is UserView => USER_VIEWS.some((view) => view === text);

const views = () => import('./views');

const users = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  validateSearch: ({ show }: Record<string, unknown>): UserFilters => (isView(show) ? { show } : {}),
  component: lazyRouteComponent(views, 'UsersScreen'),
});
const user = createRoute({
  getParentRoute: () => users,
  path: '$userId',
  component: lazyRouteComponent(views, 'UserSheet'),
});

const teams = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/teams',
  component: lazyRouteComponent(views, 'TeamsScreen'),
});
const team = createRoute({
  getParentRoute: () => teams,
  path: '$teamId',
  component: lazyRouteComponent(views, 'TeamSheet'),
});

const clients = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/clients',
  component: lazyRouteComponent(views, 'ClientsScreen'),
});
const client = createRoute({
  getParentRoute: () => clients,
  path: '$clientId',
  component: lazyRouteComponent(views, 'ClientSheet'),
});
const newClient = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/clients/new',
  component: lazyRouteComponent(views, 'NewClientScreen'),
});

const invitations = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/invitations',
  component: lazyRouteComponent(views, 'InvitationsScreen'),
});
const access = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people/me',
  component: lazyRouteComponent(views, 'MyAccessScreen'),
});

export const peopleRoutes = [
  users.addChildren([user]),
  teams.addChildren([team]),
  clients.addChildren([client]),
  newClient,
  invitations,
  access,
] as const;
