import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { newId } from '../../../common/new-id.js';
import type { IdentityAssertion } from './identity-assertions.js';

/** Why an issuer's word makes no grant. */
export type NoGrant = 'replayed' | 'inactive' | 'ended';

const SWEEP = 'DELETE FROM oauth_client_assertions WHERE expires_at < now()';

/** It is kept for as long as a slow clock might still accept it. */
const TAKE = `
  INSERT INTO oauth_client_assertions (id, expires_at) VALUES ($1, $2::timestamptz + interval '1 minute')
  ON CONFLICT DO NOTHING RETURNING id`;

const ACTIVE = `
  SELECT FROM memberships m
  JOIN users u ON u.id = m.user_id AND u.is_active
  JOIN organizations o ON o.id = m.organization_id AND o.ended_at IS NULL
  WHERE m.user_id = $1 AND m.organization_id = $2 AND m.is_active`;

/** What the person agreed to stays apart, so that no code is given without a question for what only the issuer allowed. */
const GRANT = `
  INSERT INTO oauth_consents
    (id, user_id, client_id, reference_id, resources, scopes, issuer, issuer_scopes, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, '[]', $6, $7, now(), now())
  ON CONFLICT (user_id, client_id, coalesce(reference_id, ''))
    DO UPDATE SET issuer = EXCLUDED.issuer, issuer_scopes = EXCLUDED.issuer_scopes, updated_at = now()
  RETURNING id`;

/** The row of a grant that is just being ended was waited for, so that a statement of its own sees the end. */
const ENDED = `
  SELECT FROM oauth_ended_grants WHERE user_id = $1 AND client_id = $2 AND organization_id = $3`;

/** Keeps the grants that issuers make for people. People see and end them as those that they agreed to. */
@Injectable()
export class IssuerGrants {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Takes an assertion once, over all replicas. @returns the id of the grant, or why there is none */
  async take(
    { issuer, id, userId, organizationId, expiresAt }: IdentityAssertion,
    { clientId, scopes, resource }: { clientId: string; scopes: readonly string[]; resource: string },
  ): Promise<{ id: string } | { refused: NoGrant }> {
    await this.dataSource.query(SWEEP);
    const digest = createHash('sha256')
      .update(JSON.stringify([issuer, id]))
      .digest('base64url');
    try {
      return await this.dataSource.transaction(async (manager) => {
        const taken = await manager.query<unknown[]>(TAKE, [`id-jag:${digest}`, expiresAt]);
        if (taken.length === 0) throw new Refused('replayed');
        const active = await manager.query<unknown[]>(ACTIVE, [userId, organizationId]);
        if (active.length === 0) throw new Refused('inactive');
        const [grant] = await manager.query<{ id: string }[]>(GRANT, [
          newId(),
          userId,
          clientId,
          organizationId,
          JSON.stringify([resource]),
          issuer,
          JSON.stringify(scopes),
        ]);
        const ended = await manager.query<unknown[]>(ENDED, [userId, clientId, organizationId]);
        if (ended.length > 0) throw new Refused('ended');
        return grant!;
      });
    } catch (error) {
      if (error instanceof Refused) return { refused: error.why };
      throw error;
    }
  }
}

class Refused extends Error {
  constructor(readonly why: NoGrant) {
    super(why);
  }
}
