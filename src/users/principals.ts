import type { EntityManager } from 'typeorm';
import { revokeKeys } from './revoke-keys.js';
import { addressOf, DEFAULT_ORGANIZATION, type PrincipalKind } from '../access/principal.js';
import type { Tier } from '../access/tiers.js';

/** A principal that is no person. */
export interface NewPrincipal {
  id: string;
  kind: Exclude<PrincipalKind, 'person'>;
  name: string;
  tier?: Tier;
  requestsPerMinute?: number | null;
}

/** A principal by its name. */
export interface NamedPrincipal {
  id: string;
  name: string;
  kind: PrincipalKind;
}

/** Returns how principals are called now, also those that no organisation has any more. */
export const principalsById = (manager: EntityManager, ids: readonly string[]): Promise<NamedPrincipal[]> =>
  manager.query('SELECT id, name, kind FROM users WHERE id = ANY ($1)', [ids]);

/**
 * Inserts an agent or a team as a principal of an organisation, in which it is a member. Nobody receives mails at its address:
 * RFC 2606 keeps the domain `invalid` from ever being one.
 */
export async function insertPrincipal(
  manager: EntityManager,
  organizationId: string,
  { id, kind, name, tier = 'development', requestsPerMinute = null }: NewPrincipal,
): Promise<void> {
  const isDefault = organizationId === DEFAULT_ORGANIZATION;
  await manager.query(
    `INSERT INTO users (id, kind, email, name, role, tier, requests_per_minute)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, kind, addressOf(id, kind), name, isDefault ? 'member' : null, tier, requestsPerMinute],
  );
  if (!isDefault)
    await manager.query(
      `INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'member')`,
      [organizationId, id],
    );
}

/** Ends an agent or a team: its keys are revoked, and it never acts again. Its row stays for what speaks of it. */
export async function endPrincipal(
  manager: EntityManager,
  organizationId: string,
  id: string,
): Promise<void> {
  await revokeKeys(manager, 'user_id = $1 AND organization_id = $2', [id, organizationId]);
  await manager.query(`UPDATE users SET is_active = false WHERE id = $1 AND kind <> 'person'`, [id]);
}

export interface PrincipalChanges {
  name?: string | undefined;
  requestsPerMinute?: number | null | undefined;
  /** Whether it acts, with all that depends on it. */
  isActive?: boolean | undefined;
}

/** Changes a principal that is no person. An omitted member stays unchanged. */
export async function updatePrincipal(
  manager: EntityManager,
  id: string,
  { name, requestsPerMinute, isActive }: PrincipalChanges,
): Promise<void> {
  if (name === undefined && requestsPerMinute === undefined && isActive === undefined) return;
  await manager.query(
    `UPDATE users SET name = coalesce($2, name), requests_per_minute = CASE WHEN $3 THEN $4 ELSE requests_per_minute END,
       is_active = coalesce($5, is_active)
     WHERE id = $1 AND kind <> 'person'`,
    [id, name ?? null, requestsPerMinute !== undefined, requestsPerMinute ?? null, isActive ?? null],
  );
}
