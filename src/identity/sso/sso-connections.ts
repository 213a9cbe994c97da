import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Server } from 'node:net';
import type { DataSource, EntityManager } from 'typeorm';
import { assertOperatingAdmin, assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import { newId } from '../../common/new-id.js';
import { serviceUrl } from '../../config/service-url.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { isUniqueViolation } from '../../database/database-errors.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { conflict, notFound } from '../../errors/service-error.js';
import { CallerChanges } from '../../users/caller-changes.js';
import { ClientSecrets } from './client-secrets.js';
import { certificateView } from './saml/saml-certificates.js';
import type { CreateSsoConnectionDto } from './dto/create-sso-connection.dto.js';
import type { UpdateSsoConnectionDto } from './dto/update-sso-connection.dto.js';
import type { SsoConnectionView } from './sso-connection.schema.js';
import { changedCertificates, checkedCertificates } from './sso-members.js';
import type { SsoKind } from './sso-kinds.js';
import { callbackUrlOf, serviceProviderOf } from './sso-paths.js';

const MAX_LISTED = 200;
const LISTED = `
  SELECT id, kind, name, issuer, client_id AS "clientId", sign_in_url AS "signInUrl", certificates,
    disabled_at IS NULL AS enabled, created_at AS "createdAt", created_by AS "createdBy",
    last_used_at AS "lastUsedAt",
    ARRAY(SELECT domain FROM sso_domains WHERE connection_id = sso_connections.id ORDER BY domain) AS domains
  FROM sso_connections`;

const UPDATE = `
  UPDATE sso_connections SET name = coalesce($2, name), client_secret = coalesce($3, client_secret),
    sign_in_url = coalesce($4, sign_in_url), certificates = coalesce($5, certificates),
    disabled_at = CASE $6::boolean WHEN true THEN NULL WHEN false THEN coalesce(disabled_at, now()) ELSE disabled_at END
  WHERE id = $1`;

/** Sessions that the provider alone has made. Whoever was ended with a connection has no power from then on. */
const END_SESSIONS = `
  DELETE FROM sessions USING accounts
  WHERE accounts.provider_id = $1 AND sessions.user_id = accounts.user_id AND sessions.signed_in_by LIKE 'provider%'`;

/** Gives administrators access to the connections of companies. The secret of a client is never shown. */
@Injectable()
export class SsoConnections {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly secrets: ClientSecrets,
    private readonly http: HttpAdapterHost,
  ) {}

  /** @throws insufficientScope without `users:read`, forbidden for who is no administrator */
  async list(caller: Caller): Promise<SsoConnectionView[]> {
    assertScopes(caller, 'users:read');
    assertOperatingAdmin(caller, 'connects a provider');
    const rows = await this.dataSource.query<ListedRow[]>(
      `${LISTED} ORDER BY created_at DESC, id DESC LIMIT ${MAX_LISTED}`,
    );
    return rows.map((row) => this.viewOf(row));
  }

  /** @throws conflict for a domain of another connection, forbidden, and the refusal of a caller who is no longer valid */
  async create(
    by: Requester,
    input: CreateSsoConnectionDto,
    alongside: InTransaction<SsoConnectionView>,
  ): Promise<SsoConnectionView> {
    const certificates = checkedCertificates(input);
    const id = newId();
    const { kind, name, issuer, clientId, clientSecret, signInUrl } = input;
    const sealed = clientSecret === undefined ? null : await this.secrets.seal(id, clientSecret);
    const work = async (manager: EntityManager, { userId }: Caller): Promise<SsoConnectionView> => {
      await manager.query(
        `INSERT INTO sso_connections (id, kind, name, issuer, client_id, client_secret, sign_in_url, certificates,
           created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [id, kind, name, issuer, clientId ?? null, sealed, signInUrl ?? null, certificates, userId],
      );
      const domains = [...new Set(input.domains.map((domain) => domain.toLowerCase()))];
      await manager
        .query('INSERT INTO sso_domains (domain, connection_id) SELECT unnest($2::text[]), $1', [id, domains])
        .catch((error: unknown) => {
          throw isUniqueViolation(error) ? conflict('Another connection has one of these domains') : error;
        });
      const [row] = await manager.query<ListedRow[]>(`${LISTED} WHERE id = $1`, [id]);
      const made = this.viewOf(row!);
      await alongside(manager, made);
      return made;
    };
    return this.changes.transact(by, {}, ({ manager, caller }) => {
      assertOperatingAdmin(caller, 'connects a provider');
      return work(manager, caller);
    });
  }

  /**
   * Changes what a provider renews, such as its certificates, and switches it off and on. Switching off also ends the sessions that
   * were made by it. @throws notFound, and as {@link create}
   */
  async update(
    by: Requester,
    id: string,
    input: UpdateSsoConnectionDto,
    alongside: InTransaction<SsoConnectionView>,
  ): Promise<void> {
    const { name, clientSecret, signInUrl, enabled } = input;
    const sealed = clientSecret === undefined ? null : await this.secrets.seal(id, clientSecret);
    await this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertOperatingAdmin(caller, 'connects a provider');
      const [found] = await manager.query<{ kind: SsoKind }[]>(
        'SELECT kind FROM sso_connections WHERE id = $1 FOR UPDATE',
        [id],
      );
      if (!found) throw notFound('Connection');
      const certificates = changedCertificates(found.kind, input);
      const given = [name, sealed, signInUrl, certificates, enabled].map((value) => value ?? null);
      await manager.query(UPDATE, [id, ...given]);
      if (enabled === false) await manager.query(END_SESSIONS, [id]);
      const [row] = await manager.query<ListedRow[]>(`${LISTED} WHERE id = $1`, [id]);
      await alongside(manager, this.viewOf(row!));
    });
  }

  /** Ends a connection, and the sessions that were made by it. @throws notFound, and as {@link create} */
  async remove(by: Requester, id: string, alongside: InTransaction<string>): Promise<void> {
    await this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertOperatingAdmin(caller, 'connects a provider');
      const [, removed] = await manager.query<[unknown, number]>(
        'DELETE FROM sso_connections WHERE id = $1',
        [id],
      );
      if (removed === 0) throw notFound('Connection');
      await manager.query(END_SESSIONS, [id]);
      await manager.query('DELETE FROM accounts WHERE provider_id = $1', [id]);
      await alongside(manager, id);
    });
  }

  private viewOf(row: ListedRow): SsoConnectionView {
    const service = serviceUrl(this.settings, this.http.httpAdapter.getHttpServer() as Server);
    return {
      ...row,
      certificates: row.certificates?.map(certificateView) ?? null,
      entityId: row.kind === 'saml' ? serviceProviderOf(service, row).entityId : null,
      callbackUrl: callbackUrlOf(service, row),
    };
  }
}

interface ListedRow extends Omit<SsoConnectionView, 'callbackUrl' | 'entityId' | 'certificates'> {
  certificates: string[] | null;
}
