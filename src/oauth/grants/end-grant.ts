import type { EntityManager } from 'typeorm';
import { endCodesOf } from '../../users/end-grants.js';

export interface EndedGrant {
  id: string;
  clientId: string;
  organizationId: string;
}

const END = `
  DELETE FROM oauth_consents WHERE id = $1 AND user_id = $2 AND ($3::text IS NULL OR reference_id = $3)
  RETURNING id, client_id AS "clientId", reference_id AS "organizationId"`;

const END_REFRESH = `
  DELETE FROM oauth_refresh_tokens WHERE user_id = $1 AND client_id = $2 AND reference_id = $3`;

const END_DEVICE_CODES = `
  DELETE FROM oauth_device_codes WHERE user_id = $1 AND oauth_client_id = $2 AND organization_id = $3::uuid`;

/**
 * Ends a grant, and all that would give another one like it: tokens to renew, and codes.
 * @param grant `organizationId` is `null` for a grant in whichever organisation
 * @returns `undefined` where the user has no such grant
 */
export async function endGrant(
  manager: EntityManager,
  { id, userId, organizationId }: { id: string; userId: string; organizationId: string | null },
): Promise<EndedGrant | undefined> {
  const [[ended]] = await manager.query<[EndedGrant[], number]>(END, [id, userId, organizationId]);
  if (!ended) return undefined;
  for (const sql of [END_REFRESH, END_DEVICE_CODES])
    await manager.query(sql, [userId, ended.clientId, ended.organizationId]);
  await endCodesOf(manager, userId, ended);
  return ended;
}
