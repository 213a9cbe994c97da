import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

/** The question of the address stands in the field, and is asked by a click alone. */
export interface AssistantSearch {
  q?: string;
}

/** The passage of a document, in UTF-16 code units. */
export interface PassageSearch {
  start?: number;
  end?: number;
}

const views = () => import('./views');

const assistant = createRoute({
  getParentRoute: () => rootRoute,
  path: '/assistant',
  validateSearch: ({ q }: Record<string, unknown>): AssistantSearch =>
    typeof q === 'string' || typeof q === 'number' ? { q: String(q) } : {},
  component: lazyRouteComponent(views, 'AssistantScreen'),
});

const passage = createRoute({
  getParentRoute: () => assistant,
  path: 'documents/$documentId',
  validateSearch: ({ start, end }: Record<string, unknown>): PassageSearch =>
    Number.isInteger(start) && Number.isInteger(end) ? { start: Number(start), end: Number(end) } : {},
  component: lazyRouteComponent(views, 'PassageSheet'),
});

export const assistantRoute = assistant.addChildren([passage]);
