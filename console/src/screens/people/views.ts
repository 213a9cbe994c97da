export { ClientSheet } from './ClientSheet';
export { ClientsScreen } from './ClientsScreen';
export { InvitationsScreen } from './InvitationsScreen';
export { MyAccessScreen } from './MyAccessScreen';
export { TeamSheet } from './TeamSheet';
export { TeamsScreen } from './TeamsScreen';
export { UserSheet } from './UserSheet';
export { UsersScreen } from './UsersScreen';
