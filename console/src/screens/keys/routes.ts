import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';
import { keyFiltersOf } from './key-filters';

/** The screen is one file of the build, which is loaded when it is first opened. */
const views = () => import('./views');

const keyList = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys',
  validateSearch: keyFiltersOf,
  component: lazyRouteComponent(views, 'KeysScreen'),
});

const keySheet = createRoute({
  getParentRoute: () => keyList,
  path: '$keyId',
  component: lazyRouteComponent(views, 'KeySheet'),
});

const compareSheet = createRoute({
  getParentRoute: () => keyList,
  path: 'compare/$one/$other',
  component: lazyRouteComponent(views, 'CompareSheet'),
});

export const keysRoute = keyList.addChildren([keySheet, compareSheet]);

export const newKeyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys/new',
  component: lazyRouteComponent(views, 'NewKeyScreen'),
});
