import type { Server } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serviceUrl } from '../config/service-url.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { ClientConfig, ClientName } from './client-config.schema.js';
import { KEY_VARIABLE } from './client-definition.js';
import { CLIENTS } from './clients.js';
import { endpointWarnings } from './endpoint-warnings.js';
import { registrationNotes } from './registration-notes.js';

/** Fills in the settings of each client with the address of this service. */
@Injectable()
export class ClientConfigService {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly host: HttpAdapterHost,
  ) {}

  list(): ClientName[] {
    return CLIENTS.map(({ client, title }) => ({ client, title }));
  }

  /** @param name of a known client */
  get(name: string): ClientConfig {
    const { client, title, keySource, settings, oauth } = CLIENTS.find((known) => known.client === name)!;
    const url = `${serviceUrl(this.settings, this.host.httpAdapter.getHttpServer() as Server)}/mcp`;
    const filledIn = settings(url);
    const withoutKey = oauth && oauth(url);
    const warnings = endpointWarnings(url, this.settings);
    return {
      client,
      title,
      url,
      keyVariable: KEY_VARIABLE,
      keySource,
      ...filledIn,
      notes: [...warnings, ...filledIn.notes],
      oauth: withoutKey && {
        ...withoutKey,
        notes: [...warnings, ...registrationNotes(this.settings), ...withoutKey.notes],
      },
    };
  }
}
