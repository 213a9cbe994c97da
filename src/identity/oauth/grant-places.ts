import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ServiceError } from '../../errors/service-error.js';
import type { Caller } from '../../access/caller.js';
import { type AskingClient, ClientDecisions } from '../../oauth/clients/client-decisions.js';
import { FRESH_SECONDS } from '../second-factor/second-factor-rules.js';

/** An organisation that a person may let a client act in. */
export interface GrantPlace {
  id: string;
  name: string;
}

/** An organisation of a person, and the client as it is known there. */
export interface ClientPlace {
  place: GrantPlace;
  /** `undefined` where the organisation does not know the client. */
  client: AskingClient | undefined;
}

const PLACES = `
  SELECT o.id, o.name, max(g.updated_at) AS at FROM memberships m
  JOIN organizations o ON o.id = m.organization_id AND o.ended_at IS NULL
  LEFT JOIN oauth_consents g ON g.user_id = m.user_id AND g.client_id = $2 AND g.reference_id = o.id::text
  WHERE m.user_id = $1 AND m.is_active
  GROUP BY o.id ORDER BY at DESC NULLS LAST, o.id`;

/** Reads what an authorization needs to know of the person. */
@Injectable()
export class GrantPlaces {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly decisions: ClientDecisions,
  ) {}

  /** Returns the organisations of a person: first the one in which the person agreed to the client last. */
  of(userId: string, clientId: string): Promise<GrantPlace[]> {
    return this.dataSource.query<GrantPlace[]>(PLACES, [userId, clientId]);
  }

  /** Returns whether the person has just signed in, as an elevated scope needs. */
  async isFresh({ sessionId }: Caller): Promise<boolean> {
    return Date.now() - (await this.signedInAt(sessionId)) < FRESH_SECONDS * 1000;
  }

  /**
   * Returns where a client may act for a person: the first of the places that approved it, else that knows it, else the first.
   * @param places those of the person, see {@link of}
   */
  async chosen(clientId: string, places: readonly GrantPlace[]): Promise<ClientPlace | undefined> {
    let known: ClientPlace | undefined;
    for (const place of places) {
      const client = await this.decisions.find(clientId, place.id);
      if (client?.state === 'approved') return { place, client };
      if (client) known ??= { place, client };
    }
    return known ?? (places[0] && { place: places[0], client: undefined });
  }

  /** Returns when a session began. */
  async signedInAt(sessionId: string | null): Promise<number> {
    const [row] = await this.dataSource.query<{ at: Date }[]>(
      'SELECT created_at AS at FROM sessions WHERE id = $1',
      [sessionId],
    );
    return row?.at.getTime() ?? 0;
  }

  /** Returns what a person allows a client in an organisation, which is nothing without a grant. */
  async scopesOf({ userId, clientId, organizationId }: Grant): Promise<readonly string[]> {
    const [row] = await this.dataSource.query<{ scopes: readonly string[] }[]>(
      `SELECT scopes FROM oauth_consents ${OF_GRANT}`,
      [userId, clientId, organizationId],
    );
    return row?.scopes ?? [];
  }

  async setScopes({ userId, clientId, organizationId }: Grant, scopes: readonly string[]): Promise<void> {
    await this.dataSource.query(`UPDATE oauth_consents SET scopes = $4::jsonb ${OF_GRANT}`, [
      userId,
      clientId,
      organizationId,
      JSON.stringify(scopes),
    ]);
  }
}

/**
 * Returns the place that a person chose on a page, and where the page has no choice the first.
 * @throws ServiceError `bad_request`
 */
export function namedPlace(places: readonly GrantPlace[], id: string | undefined): GrantPlace {
  const place = id === undefined ? places[0] : places.find((known) => known.id === id);
  if (!place) throw new ServiceError('bad_request', 'Choose an organization that you belong to');
  return place;
}

/** Returns the places in the order in which a person is offered them: first the one that was chosen. */
export const firstOf = (places: readonly GrantPlace[], place: GrantPlace): GrantPlace[] => [
  place,
  ...places.filter(({ id }) => id !== place.id),
];

/** Names a grant by what is one of its kind. */
interface Grant {
  userId: string;
  clientId: string;
  organizationId: string;
}

const OF_GRANT = 'WHERE user_id = $1 AND client_id = $2 AND reference_id = $3';
