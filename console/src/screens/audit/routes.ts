import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';
import { auditSearch } from './audit-filters';

const views = () => import('./views');

const auditList = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(views, 'AuditScreen'),
});

const rowSheet = createRoute({
  getParentRoute: () => auditList,
  path: '$rowId',
  component: lazyRouteComponent(views, 'RowSheet'),
});

/** What the trail is worth: its seals, and whether rows are still what was sealed. */
const sealsSheet = createRoute({
  getParentRoute: () => auditList,
  path: 'seals',
  component: lazyRouteComponent(views, 'SealsSheet'),
});

export const auditRoute = auditList.addChildren([sealsSheet, rowSheet]);
