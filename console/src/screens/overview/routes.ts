import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

export const WINDOWS = ['1h', '24h', '7d'] as const;
export type Window = (typeof WINDOWS)[number];

/** The span that it sums up; otherwise a day. */
export interface OverviewSearch {
  window?: Window;
}

export const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: ({ window }: Record<string, unknown>): OverviewSearch => {
    const known = WINDOWS.find((one) => one === window);
    return known ? { window: known } : {};
  },
  component: lazyRouteComponent(() => import('./views'), 'OverviewScreen'),
});
