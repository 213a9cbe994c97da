import { createRouter } from '@tanstack/react-router';
import { rootRoute } from './frame/root-route';
import { auditRoute } from './screens/audit/routes';
import { overviewRoute } from './screens/overview/routes';
import { assistantRoute } from './screens/assistant/routes';
import { documentsRoutes } from './screens/documents/routes';
import { agentsRoute, newAgentRoute } from './screens/agents/routes';
import { keysRoute, newKeyRoute } from './screens/keys/routes';
import { peopleRoutes } from './screens/people/routes';
import { settingsRoutes } from './screens/settings/routes';
import { firstStepsRoute } from './screens/start/routes';
import { toolsRoute } from './screens/tools/routes';

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overviewRoute,
    firstStepsRoute,
    assistantRoute,
    ...documentsRoutes,
    newKeyRoute,
    keysRoute,
    newAgentRoute,
    agentsRoute,
    toolsRoute,
    ...peopleRoutes,
    auditRoute,
    ...settingsRoutes,
  ]),
  basepath: '/console',
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
