import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { FRESH_SECONDS } from '../second-factor/second-factor-rules.js';

/** An organisation that a person may let a client act in. */
export interface GrantPlace {
  id: string;
  name: string;
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
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Returns the organisations of a person: first the one in which the person agreed to the client last. */
  of(userId: string, clientId: string): Promise<GrantPlace[]> {
    return this.dataSource.query<GrantPlace[]>(PLACES, [userId, clientId]);
  }

  /** Returns whether the person has just signed in, as an elevated scope needs. */
  async isFresh({ sessionId }: Caller): Promise<boolean> {
    return Date.now() - (await this.signedInAt(sessionId)) < FRESH_SECONDS * 1000;
  }

  /** Returns when a session began. */
  async signedInAt(sessionId: string | null): Promise<number> {
    const [row] = await this.dataSource.query<{ at: Date }[]>(
      'SELECT created_at AS at FROM sessions WHERE id = $1',
      [sessionId],
    );
    return row?.at.getTime() ?? 0;
  }
}
