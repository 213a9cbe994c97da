import { createRoute, createRouter, redirect } from '@tanstack/react-router';
import { rootRoute } from './frame/root-route';
import { assistantRoute } from './screens/assistant/routes';
import { documentsRoute, newDocumentRoute } from './screens/documents/routes';
import { keysRoute, newKeyRoute } from './screens/keys/routes';
import { toolsRoute } from './screens/tools/routes';

const startRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    // The router takes what is thrown as the answer.
    throw redirect({ to: '/keys' });
  },
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    startRoute,
    assistantRoute,
    newDocumentRoute,
    documentsRoute,
    newKeyRoute,
    keysRoute,
    toolsRoute,
  ]),
  basepath: '/console',
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
