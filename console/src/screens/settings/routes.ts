import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

const views = () => import('./views');

const organization = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  component: lazyRouteComponent(views, 'OrganizationScreen'),
});

const organizations = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings/organizations',
  component: lazyRouteComponent(views, 'OrganizationsScreen'),
});
const oneOrganization = createRoute({
  getParentRoute: () => organizations,
  path: '$organizationId',
  component: lazyRouteComponent(views, 'OrganizationSheet'),
});

const newProvider = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings/providers/new',
  component: lazyRouteComponent(views, 'NewProviderScreen'),
});
const providers = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings/providers',
  component: lazyRouteComponent(views, 'ProvidersScreen'),
});
const provider = createRoute({
  getParentRoute: () => providers,
  path: '$connectionId',
  component: lazyRouteComponent(views, 'ProviderSheet'),
});

const newDirectory = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings/directories/new',
  component: lazyRouteComponent(views, 'NewDirectoryScreen'),
});
const directories = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings/directories',
  component: lazyRouteComponent(views, 'DirectoriesScreen'),
});
const directory = createRoute({
  getParentRoute: () => directories,
  path: '$connectionId',
  component: lazyRouteComponent(views, 'DirectorySheet'),
});

const service = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings/service',
  component: lazyRouteComponent(views, 'ServiceScreen'),
});

export const settingsRoutes = [
  organization,
  organizations.addChildren([oneOrganization]),
  newProvider,
  providers.addChildren([provider]),
  newDirectory,
  directories.addChildren([directory]),
  service,
] as const;
