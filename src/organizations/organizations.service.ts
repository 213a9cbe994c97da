import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { DEFAULT_ORGANIZATION, type PrincipalKind } from '../access/principal.js';
import type { Requester } from '../access/requester.js';
import { isAdministrator } from '../access/roles.js';
import { newId } from '../common/new-id.js';
import { afterId, type Page, type PageQuery, pageOf } from '../database/page.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { conflict, forbidden, notFound } from '../errors/service-error.js';
import { revokeKeys } from '../users/revoke-keys.js';
import { UserAccounts } from '../users/user-accounts.js';
import { insertUser } from '../users/user-changes.js';
import { lockMemberships, writeMembership } from './membership-rows.js';
import { CallerChanges } from '../users/caller-changes.js';
import type {
  CreateOrganizationDto,
  EndingQuery,
  FirstOwnerDto,
  UpdateOrganizationDto,
} from './dto/organization.dto.js';
import { organizationById, organizationsBefore } from './organization-rows.js';
import { inWords, OwnedData } from './owned-data.js';
import type { OrganizationView } from './organization.schema.js';

/** Gives access to organisations. Operators make and end them, and administrators change their own. */
@Injectable()
export class OrganizationsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly owned: OwnedData,
    private readonly accounts: UserAccounts,
  ) {}

  /** @throws insufficientScope without `organizations:read` */
  async list(caller: Caller, query: PageQuery): Promise<Page<OrganizationView>> {
    assertScopes(caller, 'organizations:read');
    const limit = query.limit ?? 50;
    const { manager } = this.dataSource;
    return pageOf(await organizationsBefore(manager, caller, afterId(query.cursor), limit + 1), limit);
  }

  /** @throws insufficientScope without `organizations:read`, notFound, also for one that the caller does not see */
  async get(caller: Caller, id: string): Promise<OrganizationView> {
    assertScopes(caller, 'organizations:read');
    return this.seen(this.dataSource.manager, caller, id);
  }

  /** Makes an organisation, with its first owner where one is named. @throws forbidden for who is no operator */
  create(
    by: Requester,
    { name, owner, requestsPerMinute = null }: CreateOrganizationDto,
    alongside: InTransaction<OrganizationView>,
  ): Promise<OrganizationView> {
    return this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertOperator(caller, 'makes an organization');
      const id = newId();
      await manager.query('INSERT INTO organizations (id, name, requests_per_minute) VALUES ($1, $2, $3)', [
        id,
        name,
        requestsPerMinute,
      ]);
      if (owner) await addOwner(manager, id, owner);
      const made = await this.seen(manager, caller, id);
      await alongside(manager, made);
      return made;
    });
  }

  /** @throws notFound, forbidden for who neither administrates it nor is an operator */
  async update(
    by: Requester,
    id: string,
    { name, requestsPerMinute }: UpdateOrganizationDto,
    alongside: InTransaction<OrganizationView>,
  ): Promise<OrganizationView> {
    const organization = await this.changes.transact(by, {}, async ({ manager, caller }) => {
      await this.assertAdministrates(manager, caller, id);
      if (name !== undefined)
        await manager.query('UPDATE organizations SET name = $2 WHERE id = $1', [id, name]);
      if (requestsPerMinute !== undefined) {
        assertOperator(caller, 'sets the limit of an organization');
        await manager.query('UPDATE organizations SET requests_per_minute = $2 WHERE id = $1', [
          id,
          requestsPerMinute,
        ]);
      }
      const changed = await this.seen(manager, caller, id);
      await alongside(manager, changed);
      return changed;
    });
    this.accounts.notify(id);
    return organization;
  }

  /** Ends an organisation that nobody belongs to. @throws notFound, conflict, forbidden for who is no operator */
  remove(by: Requester, id: string, { data }: EndingQuery, alongside: InTransaction<string>): Promise<void> {
    return this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertOperator(caller, 'ends an organization');
      await manager.query('SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE', [id]);
      await this.seen(manager, caller, id);
      if (id === DEFAULT_ORGANIZATION) throw conflict('The default organization stays');
      const people = await manager.query<unknown[]>(
        `SELECT FROM memberships m JOIN users u ON u.id = m.user_id
         WHERE m.organization_id = $1 AND u.kind = 'person' LIMIT 1`,
        [id],
      );
      if (people.length > 0) throw conflict('Somebody belongs to the organization: remove its members first');
      await lockMemberships(manager, id, null);
      const everybody = { organizationId: id, userId: null };
      const owned = await this.owned.counts(manager, everybody);
      if (Object.keys(owned).length > 0 && data !== 'delete')
        throw conflict(`Its teams and agents own ${inWords(owned)}: say data=delete`);
      await this.owned.remove(manager, everybody);
      await manager.query('UPDATE organizations SET ended_at = now() WHERE id = $1', [id]);
      await manager.query('DELETE FROM memberships WHERE organization_id = $1', [id]);
      await revokeKeys(manager, 'organization_id = $1', [id]);
      await alongside(manager, id);
    });
  }

  /**
   * Checks that a caller decides about an organisation.
   * @throws notFound for one that the caller does not see, forbidden
   */
  async assertAdministrates(manager: EntityManager, caller: Caller, id: string): Promise<void> {
    await this.seen(manager, caller, id);
    if (!caller.isOperator && !(isAdministrator(caller.role) && caller.organizationId === id))
      throw forbidden('Only an administrator who acts in this organization, or an operator, does that');
  }

  private async seen(manager: EntityManager, caller: Caller, id: string): Promise<OrganizationView> {
    const found = await organizationById(manager, caller, id);
    if (!found) throw notFound('Organization');
    return found;
  }
}

async function addOwner(manager: EntityManager, organizationId: string, owner: FirstOwnerDto): Promise<void> {
  const [known] = await manager.query<{ id: string; kind: PrincipalKind }[]>(
    'SELECT id, kind FROM users WHERE email = $1 FOR NO KEY UPDATE',
    [owner.email],
  );
  if (known && known.kind !== 'person') throw notFound('User');
  if (known) await writeMembership(manager, organizationId, known.id, 'owner');
  else await insertUser(manager, organizationId, { ...owner, role: 'owner' }, nothingAlongside);
}

function assertOperator({ isOperator }: Caller, doing: string): void {
  if (!isOperator) throw forbidden(`Only an operator ${doing}`, 'not_operator');
}
