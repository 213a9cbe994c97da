import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { JWTPayload } from 'jose';
import type { DataSource } from 'typeorm';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import { within } from '../../common/timeouts.js';
import type { ExternalIssuer } from '../../config/external-issuers.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { textIn } from './external-claims.js';

const READ_MS = 5_000;

/** Somebody may have signed up with an address of somebody else. Nobody is found by such an address before it is verified. */
const BY_ADDRESS = `
  SELECT u.id FROM users u JOIN memberships m ON m.user_id = u.id AND m.organization_id = $2
  WHERE u.email = $1 AND u.kind = 'person'
    AND (u.email_verified OR NOT EXISTS (SELECT FROM accounts a WHERE a.user_id = u.id))`;

/** Who signed in by the same issuer has an account with its subject. */
const BY_SUBJECT = `
  SELECT u.id FROM accounts a
  JOIN users u ON u.id = a.user_id AND u.kind = 'person'
  JOIN memberships m ON m.user_id = u.id AND m.organization_id = $2
  WHERE a.account_id = $1 AND (
    a.provider_id IN (SELECT id::text FROM sso_connections WHERE kind = 'oidc' AND issuer = $3)
    OR (a.provider_id = 'oidc' AND $4)
  )`;

/** Finds the people of this service whom issuers speak of. Whether they are active is for who reads their tokens. */
@Injectable()
export class ExternalPeople {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  /** @returns `undefined` for who is unknown, is in another organisation, or has an address that the issuer may not say */
  async find(claims: JWTPayload, from: ExternalIssuer): Promise<string | undefined> {
    const { issuer, userClaim, domains, organizationId = DEFAULT_ORGANIZATION } = from;
    const value = textIn(claims, userClaim);
    if (value === undefined) return undefined;
    if (userClaim === 'sub') {
      const isSignIn = this.settings.federation.oidc?.issuer === issuer;
      return this.read(BY_SUBJECT, [value, organizationId, issuer, isSignIn]);
    }
    const address = value.toLowerCase();
    const domain = address.slice(address.lastIndexOf('@') + 1);
    if (claims.email_verified === false || !domains.includes(domain)) return undefined;
    return this.read(BY_ADDRESS, [address, organizationId]);
  }

  private async read(sql: string, values: unknown[]): Promise<string | undefined> {
    const rows = await within(READ_MS, this.dataSource.query<{ id: string }[]>(sql, values));
    // A subject that two connections of the same issuer know stands for nobody.
    const [first, second] = [...new Set(rows.map(({ id }) => id))];
    return second === undefined ? first : undefined;
  }
}
