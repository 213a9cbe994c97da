import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { InjectSettings } from '../../config/settings.module.js';
import { newId } from '../../common/new-id.js';
import type { Settings } from '../../config/settings.js';
import { type ClientOrigin, ORIGIN } from './client-origins.js';

/** What an organisation has decided about a client. A client that is disabled comes in nowhere. */
export const CLIENT_STATES = ['pending', 'approved', 'blocked'] as const;
export type ClientState = (typeof CLIENT_STATES)[number];

/** Returns the state of a client that nobody has decided about. */
export const undecidedState = (registration: Settings['oauth']['registration']): ClientState =>
  registration === 'open' ? 'approved' : 'pending';

/** A client as a person sees it who is asked to agree, or to approve it. */
export interface AskingClient {
  clientId: string;
  name: string | null;
  uri: string | null;
  state: ClientState;
  origin: ClientOrigin;
  /** Where its answers may go. */
  redirectUris: readonly string[];
  /** Whether every copy of the program has the same id, which it does not prove: another program may come in its name. */
  isShared: boolean;
}

interface Row extends Omit<AskingClient, 'state'> {
  state: ClientState | null;
  disabled: boolean;
}

/** What an organisation made, and the client of an agent, is none of another organisation. People let no agent in. */
const FIND = `
  SELECT c.client_id AS "clientId", c.name, c.uri, c.disabled, d.state, ${ORIGIN} AS origin,
         coalesce(c.redirect_uris, '[]') AS "redirectUris",
         c.client_discovery_id IS NOT NULL
           OR c.reference_id IS NOT NULL AND c.token_endpoint_auth_method = 'none' AS "isShared"
  FROM oauth_clients c
  LEFT JOIN oauth_client_decisions d ON d.client_id = c.client_id AND d.organization_id = $2::uuid
  WHERE c.client_id = $1 AND c.agent_id IS NULL AND (c.reference_id IS NULL OR c.reference_id = $2::text)`;

/** Knows which clients an organisation lets in. */
@Injectable()
export class ClientDecisions {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** @returns `undefined` for a client that the service does not know, or that is not for people of the organisation */
  async find(clientId: string, organizationId: string): Promise<AskingClient | undefined> {
    const [row] = await this.dataSource.query<Row[]>(FIND, [clientId, organizationId]);
    if (!row) return undefined;
    const { disabled, state, ...client } = row;
    return { ...client, state: disabled ? 'blocked' : (state ?? this.undecided) };
  }

  /** Notes that somebody of the organisation asked for a client, so that an administrator sees it. */
  async ask(clientId: string, organizationId: string): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO oauth_client_decisions (id, organization_id, client_id) VALUES ($3, $2, $1)
       ON CONFLICT (organization_id, client_id) DO NOTHING`,
      [clientId, organizationId, newId()],
    );
  }

  /** The state of a client that nobody has decided about. */
  get undecided(): ClientState {
    return undecidedState(this.settings.oauth.registration);
  }
}
