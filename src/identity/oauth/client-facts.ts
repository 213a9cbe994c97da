import type { AskingClient } from '../../oauth/clients/client-decisions.js';
import { clientIdUrl } from '../../oauth/documents/client-id-url.js';
import { type Html, html } from '../pages/html.js';
import { placeOf } from './redirect-places.js';

/** Where a client's document comes from, which nobody else can claim. */
export const publisherOf = (clientId: string): string | undefined => clientIdUrl(clientId)?.host;

/** Shows what is known for sure of a client, to somebody who decides whether it comes in: all but what it says of itself. */
export const clientFacts = (client: AskingClient): Html =>
  html`<dl>
    <dt>How it came</dt>
    <dd>${originOf(client)}</dd>
    <dt>Answers of people are sent to</dt>
    ${client.redirectUris.length === 0 ? html`<dd>Nowhere: people type the code that it shows</dd>` : undefined}
    ${client.redirectUris.map((uri) => redirect(new URL(uri)))}
    <dt>Id</dt>
    <dd><code>${client.clientId}</code></dd>
  </dl>`;

function originOf({ origin, clientId }: AskingClient): Html {
  if (origin === 'made') return html`An administrator of the organization made it`;
  if (origin === 'registered') return html`It registered by itself. Nobody has checked who made it`;
  return html`By its document, published by <strong>${publisherOf(clientId)}</strong>`;
}

const redirect = (uri: URL): Html => html`<dd><strong>${placeOf(uri)}</strong> <code>${uri.href}</code></dd>`;
