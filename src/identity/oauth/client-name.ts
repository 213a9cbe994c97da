import type { AskingClient } from '../../oauth/clients/client-decisions.js';

/** The name that a client gives itself. Nobody has checked it, so it is shown in quotes. */
export const nameOf = ({ name, clientId }: Pick<AskingClient, 'name' | 'clientId'>): string =>
  name === null || name.trim() === '' ? clientId : `"${name}"`;
