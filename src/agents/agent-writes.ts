import type { EntityManager } from 'typeorm';

export const JOIN_TEAM = `
  INSERT INTO team_members (team_id, user_id, role) VALUES ($1, $2, 'member') ON CONFLICT DO NOTHING`;
const RETIRE = 'UPDATE agents SET retired_at = now() WHERE id = ANY ($1::uuid[]) AND retired_at IS NULL';
/** Every statement that locks several keys locks the newest first, so that none can deadlock. */
const END_KEYS = `
  UPDATE api_keys k SET revoked_at = now()
  FROM (
    SELECT id FROM api_keys WHERE user_id = ANY ($1::uuid[]) AND revoked_at IS NULL ORDER BY id DESC FOR NO KEY UPDATE
  ) AS live
  WHERE k.id = live.id`;

/** Retires agents and ends their keys. */
export async function retireAgents(manager: EntityManager, ids: readonly string[]): Promise<void> {
  await manager.query(RETIRE, [ids]);
  await manager.query(END_KEYS, [ids]);
}
