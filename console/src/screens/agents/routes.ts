import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../frame/root-route';

const SHOWN = ['stopped', 'retired'] as const;

/** Which agents the list shows. It stands in the address, so that a view can be sent to somebody. */
export interface AgentFilters {
  /** Those that do not work, or those that were retired; otherwise all that were not retired. */
  show?: (typeof SHOWN)[number];
  /** Those that nobody used for so many days. */
  unused?: number;
  /** Those that hold a scope of high risk. */
  elevated?: true;
  /** Those that belong to a person, a team or an agent. */
  owner?: string;
}

const views = () => import('./views');

const agentList = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents',
  validateSearch: ({ show, unused, elevated, owner }: Record<string, unknown>): AgentFilters => {
    const shown = SHOWN.find((one) => one === show);
    return {
      ...(shown && { show: shown }),
      ...(Number.isInteger(unused) && { unused: Number(unused) }),
      ...(elevated === true && { elevated: true as const }),
      ...(typeof owner === 'string' && { owner }),
    };
  },
  component: lazyRouteComponent(views, 'AgentsScreen'),
});

const agentSheet = createRoute({
  getParentRoute: () => agentList,
  path: '$agentId',
  component: lazyRouteComponent(views, 'AgentSheet'),
});

export const agentsRoute = agentList.addChildren([agentSheet]);

export const newAgentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/agents/new',
  component: lazyRouteComponent(views, 'NewAgentScreen'),
});
