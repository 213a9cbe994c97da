import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { OutOfReach } from '../../access/out-of-reach.js';
import { domainOf, isAddress } from '../federation/own-address.js';
import { ClientSecrets } from './client-secrets.js';
import type { SsoKind } from './sso-kinds.js';

const FOUND = `
  SELECT id, kind, name, issuer, client_id AS "clientId", client_secret AS "clientSecret",
    sign_in_url AS "signInUrl", certificates,
    ARRAY(SELECT domain FROM sso_domains WHERE connection_id = sso_connections.id) AS domains
  FROM sso_connections WHERE disabled_at IS NULL`;

/** A company whose people sign in by its own provider. */
export interface Company {
  id: string;
  kind: SsoKind;
  name: string;
  issuer: string;
  clientId: string | null;
  clientSecret: Buffer | null;
  signInUrl: string | null;
  /** The certificates of the provider, as PEM. */
  certificates: readonly string[] | null;
  /** The domains of the addresses that the provider may say. There is always one. */
  domains: readonly string[];
}

/**
 * Finds the company of who signs in. The database is asked each time, so that a connection that was ended or switched off has
 * no power on any replica.
 */
@Injectable()
@OutOfReach()
export class CompanyProviders {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secrets: ClientSecrets,
  ) {}

  async byId(id: string): Promise<Company | undefined> {
    return isUuid(id) ? this.find(`${FOUND} AND id = $1`, id) : undefined;
  }

  async byAddress(email: string): Promise<Company | undefined> {
    const sql = `${FOUND} AND id = (SELECT connection_id FROM sso_domains WHERE domain = $1)`;
    return isAddress(email) ? this.find(sql, domainOf(email)) : undefined;
  }

  /** Returns whether people of any company sign in by its provider. */
  async exist(): Promise<boolean> {
    return (
      (
        await this.dataSource.query<unknown[]>(
          'SELECT FROM sso_connections WHERE disabled_at IS NULL LIMIT 1',
        )
      ).length > 0
    );
  }

  async secretOf({ id, clientSecret }: Company): Promise<string | undefined> {
    return clientSecret === null ? undefined : this.secrets.open(id, clientSecret);
  }

  /** Notes the use, once a minute at most. */
  async noteUse(id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE sso_connections SET last_used_at = now()
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      [id],
    );
  }

  private async find(sql: string, value: string): Promise<Company | undefined> {
    const [found] = await this.dataSource.query<Company[]>(sql, [value]);
    // A provider without domains would be believed any address.
    return found && found.domains.length > 0 ? found : undefined;
  }
}
