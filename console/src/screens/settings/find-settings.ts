import { connectsCompanies, type Me } from '../../api/me';

/** The parts of the settings in their order, each with its address. One that somebody may not use is hidden. */
export const SETTINGS = [
  { id: 'organization', to: '/settings', isFor: () => true },
  { id: 'organizations', to: '/settings/organizations', isFor: ({ user }: Me) => user.isOperator },
  { id: 'providers', to: '/settings/providers', isFor: connectsCompanies },
  { id: 'directories', to: '/settings/directories', isFor: connectsCompanies },
  { id: 'service', to: '/settings/service', isFor: () => true },
] as const;

export type SettingsPart = (typeof SETTINGS)[number]['id'];

/** The parts that somebody may use. */
export const settingsOf = (me: Me) => SETTINGS.filter(({ isFor }) => isFor(me));
