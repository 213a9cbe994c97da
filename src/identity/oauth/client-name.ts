import type { AskingClient } from '../../oauth/clients/client-decisions.js';
import { type Html, html } from '../pages/html.js';

type Named = Pick<AskingClient, 'name' | 'clientId'>;

/** The name that a client gives itself. Nobody has checked it, so it is shown in quotes. */
export const nameOf = ({ name, clientId }: Named): string =>
  name === null || name.trim() === '' ? clientId : `"${name}"`;

/** The same apart from the text around it: letters that are written from right to left would else turn that. */
export const isolatedName = (client: Named): Html => html`<bdi>${nameOf(client)}</bdi>`;
