import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { isAdministrator } from '../../access/roles.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { type AskingClient, ClientDecisions } from '../../oauth/clients/client-decisions.js';
import { clientIdUrl } from '../../oauth/documents/client-id-url.js';
import { DocumentUnavailable } from '../../oauth/documents/document-fetch.js';
import { html } from '../pages/html.js';
import { sendPage } from '../pages/page.js';

interface Asked {
  client: AskingClient;
  caller: Caller;
  organizationId: string;
  /** Where the person goes on once the client is approved. */
  next: string;
}

/** Tells people why a client may not come in. */
@Injectable()
export class ClientPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly decisions: ClientDecisions,
  ) {}

  async show(reply: FastifyReply, { client, caller, organizationId, next }: Asked): Promise<FastifyReply> {
    const name = nameOf(client);
    if (client.state === 'blocked') {
      const content = html`<p>An administrator has blocked ${name}. Nobody can connect it.</p>`;
      return sendPage(reply, this.settings.service.title, { title: 'This program is blocked', content }, 403);
    }
    await this.decisions.ask(client.clientId, organizationId);
    const hint = isAdministrator(caller.role)
      ? html`<p>
          You are an administrator: approve it under its id <code>${client.clientId}</code>, then go on.
        </p>`
      : html`<p>
          Ask an administrator to approve it, and tell them its id: <code>${client.clientId}</code>
        </p>`;
    const content = html`<p>${name} is new here. An administrator decides whether it may connect.</p>
      ${hint}
      <p><a href="${next}">Try again</a></p>`;
    const page = { title: 'This program waits for approval', content };
    return sendPage(reply, this.settings.service.title, page, 403);
  }

  /** Shows that a program's document could not be had, or is none that the service takes. */
  showUnread(reply: FastifyReply, clientId: string, error: Error, next: string): Promise<FastifyReply> {
    const isLater = error instanceof DocumentUnavailable;
    const content = html`<p>
        The program describes itself at <code>${clientId}</code>, and that could not be used:
        ${error.message}.
      </p>
      <p>
        ${isLater ? html`<a href="${next}">Try again</a> in a minute.` : 'Tell this to who makes the program.'}
      </p>`;
    const page = { title: 'This program is not known', content };
    return sendPage(reply, this.settings.service.title, page, isLater ? 502 : 400);
  }
}

/** Where a client's document comes from, which nobody else can claim. */
export const publisherOf = (clientId: string): string | undefined => clientIdUrl(clientId)?.host;

/** The name that a client gives itself. Nobody has checked it, so it is shown in quotes. */
export const nameOf = ({ name, clientId }: Pick<AskingClient, 'name' | 'clientId'>): string =>
  name === null || name.trim() === '' ? clientId : `"${name}"`;
