import type { EntityManager } from 'typeorm';

/**
 * Revokes the keys that a condition selects, the newest first: every statement that locks several keys does so in that order, so
 * that none can deadlock.
 * @param condition an SQL condition on `api_keys`
 *
 * @example `await revokeKeys(manager, 'user_id = $1', [id]);`
 */
export async function revokeKeys(
  manager: EntityManager,
  condition: string,
  values: unknown[],
): Promise<void> {
  await manager.query(
    `UPDATE api_keys k SET revoked_at = now()
     FROM (
       SELECT id FROM api_keys WHERE ${condition} AND revoked_at IS NULL ORDER BY id DESC FOR NO KEY UPDATE
     ) AS live
     WHERE k.id = live.id`,
    values,
  );
}
