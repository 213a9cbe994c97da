import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

/** What the list shows. It stands in the address, so that a view can be sent to somebody. */
export interface KeyFilters {
  /** Keys that still work and that nobody used for so many days. */
  unused?: number;
  /** Whose keys; otherwise the person's own. */
  owner?: string;
}

/** The screen is one file of the build, which is loaded when it is first opened. */
const views = () => import('./views');

const keyList = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys',
  validateSearch: ({ unused, owner }: Record<string, unknown>): KeyFilters => ({
    ...(Number.isInteger(unused) && { unused: Number(unused) }),
    ...(typeof owner === 'string' && { owner }),
  }),
  component: lazyRouteComponent(views, 'KeysScreen'),
});

const keySheet = createRoute({
  getParentRoute: () => keyList,
  path: '$keyId',
  component: lazyRouteComponent(views, 'KeySheet'),
});

export const keysRoute = keyList.addChildren([keySheet]);

export const newKeyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys/new',
  component: lazyRouteComponent(views, 'NewKeyScreen'),
});
