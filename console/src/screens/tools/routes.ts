import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

export const VIEWS = ['off', 'failing', 'refused', 'unused'] as const;
export type ToolView = (typeof VIEWS)[number];

/** Which tools the list shows: all of them, or those that need a look. */
export interface ToolFilters {
  show?: ToolView;
}

const isView = (text: unknown): text is ToolView => VIEWS.some((view) => view === text);

const views = () => import('./views');

const toolList = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tools',
  validateSearch: ({ show }: Record<string, unknown>): ToolFilters => (isView(show) ? { show } : {}),
  component: lazyRouteComponent(views, 'ToolsScreen'),
});

const toolSheet = createRoute({
  getParentRoute: () => toolList,
  path: '$tool',
  component: lazyRouteComponent(views, 'ToolSheet'),
});

export const toolsRoute = toolList.addChildren([toolSheet]);
