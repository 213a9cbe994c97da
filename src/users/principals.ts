import type { EntityManager } from 'typeorm';
import { DEFAULT_ORGANIZATION, type PrincipalKind } from '../access/principal.js';

/** A principal that is no person. */
export interface NewPrincipal {
  id: string;
  kind: Exclude<PrincipalKind, 'person'>;
  name: string;
  requestsPerMinute?: number | null;
}

/**
 * Inserts an agent or a team as a principal of an organisation, in which it is a member. Nobody receives mails at its address:
 * RFC 2606 keeps the domain `invalid` from ever being one.
 */
export async function insertPrincipal(
  manager: EntityManager,
  organizationId: string,
  { id, kind, name, requestsPerMinute = null }: NewPrincipal,
): Promise<void> {
  const isDefault = organizationId === DEFAULT_ORGANIZATION;
  await manager.query(
    `INSERT INTO users (id, kind, email, name, role, tier, requests_per_minute)
     VALUES ($1, $2, $3, $4, $5, 'development', $6)`,
    [id, kind, `${id}@${kind}.invalid`, name, isDefault ? 'member' : null, requestsPerMinute],
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
  await manager.query(
    'UPDATE api_keys SET revoked_at = now() WHERE user_id = $1 AND organization_id = $2 AND revoked_at IS NULL',
    [id, organizationId],
  );
  await manager.query(`UPDATE users SET is_active = false WHERE id = $1 AND kind <> 'person'`, [id]);
}
