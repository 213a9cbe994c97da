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

const newDocument = createRoute({
  getParentRoute: () => rootRoute,
  path: '/documents/new',
  component: lazyRouteComponent(views, 'NewDocumentScreen'),
});

const folders = createRoute({
  getParentRoute: () => rootRoute,
  path: '/documents/folders',
  component: lazyRouteComponent(views, 'FoldersScreen'),
});
const synonyms = createRoute({
  getParentRoute: () => rootRoute,
  path: '/documents/synonyms',
  component: lazyRouteComponent(views, 'SynonymsScreen'),
});

export const documentsRoutes = [
  documentList.addChildren([documentSheet]),
  newDocument,
  folders,
  synonyms,
] as const;
