import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

/** What the list shows: all documents, or the best of a search. */
export interface DocumentFilters {
  q?: string;
}

const views = () => import('./views');

const documentList = createRoute({
  getParentRoute: () => rootRoute,
  path: '/documents',
  validateSearch: ({ q }: Record<string, unknown>): DocumentFilters =>
    (typeof q === 'string' || typeof q === 'number') && q !== '' ? { q: String(q) } : {},
  component: lazyRouteComponent(views, 'DocumentsScreen'),
});

const documentSheet = createRoute({
  getParentRoute: () => documentList,
  path: '$documentId',
  component: lazyRouteComponent(views, 'DocumentSheet'),
});

export const documentsRoute = documentList.addChildren([documentSheet]);

export const newDocumentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/documents/new',
  component: lazyRouteComponent(views, 'NewDocumentScreen'),
});
