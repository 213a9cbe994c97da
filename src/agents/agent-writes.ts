import type { EntityManager } from 'typeorm';
import { revokeKeys } from '../users/revoke-keys.js';

export const JOIN_TEAM = `
  INSERT INTO team_members (team_id, user_id, role) VALUES ($1, $2, 'member') ON CONFLICT DO NOTHING`;
const RETIRE = 'UPDATE agents SET retired_at = now() WHERE id = ANY ($1::uuid[]) AND retired_at IS NULL';

/** Retires agents and ends their keys. */
export async function retireAgents(manager: EntityManager, ids: readonly string[]): Promise<void> {
  await manager.query(RETIRE, [ids]);
  await revokeKeys(manager, 'user_id = ANY ($1::uuid[])', [ids]);
}
