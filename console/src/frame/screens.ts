import { may, type Me } from '../api/me';
import type { IconName } from '../parts/Icon';

/** The screens of the rail in their order. One that needs a scope is hidden from who does not have it. */
export const SCREENS = [
  { id: 'overview', to: '/', icon: 'overview', scope: undefined },
  { id: 'assistant', to: '/assistant', icon: 'assistant', scope: 'assistant:ask' },
  { id: 'documents', to: '/documents', icon: 'documents', scope: 'documents:read' },
  { id: 'keys', to: '/keys', icon: 'keys', scope: 'keys:read' },
  { id: 'agents', to: '/agents', icon: 'agents', scope: 'agents:read' },
  { id: 'tools', to: '/tools', icon: 'tools', scope: 'service:read' },
  { id: 'people', to: '/people', icon: 'people', scope: 'sessions:read' },
  { id: 'audit', to: '/audit', icon: 'audit', scope: 'audit:read' },
  { id: 'settings', to: '/settings', icon: 'settings', scope: undefined },
] as const satisfies readonly {
  id: string;
  to: string;
  icon: IconName;
  scope: string | undefined;
}[];

/** The screens that somebody may use. */
export const screensOf = (me: Pick<Me, 'scopes'>) =>
  SCREENS.filter(({ scope }) => scope === undefined || may(me, scope));
