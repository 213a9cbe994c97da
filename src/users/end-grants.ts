import type { EntityManager } from 'typeorm';

/** Codes that were not redeemed yet: the library keeps each as JSON, among what else it verifies once. */
const END_CODES = `
  DELETE FROM verifications
  WHERE CASE WHEN value LIKE '{"type":"authorization_code"%' THEN
    value::jsonb ->> 'userId' = $1
    AND ($2::text IS NULL OR value::jsonb -> 'query' ->> 'client_id' = $2)
    AND ($3::text IS NULL OR value::jsonb ->> 'referenceId' = $3)
  ELSE false END`;

/** Ends the codes that a person has given to programs, all of them, or those of a client in an organisation. */
export async function endCodesOf(
  manager: EntityManager,
  userId: string,
  of?: { clientId: string; organizationId: string },
): Promise<void> {
  await manager.query(END_CODES, [userId, of?.clientId ?? null, of?.organizationId ?? null]);
}

/**
 * Ends all that a person has let programs do, in every organisation, with the tokens and the codes of it: whoever had the account may
 * have let a program in that stays.
 */
export async function endGrantsOf(manager: EntityManager, userId: string): Promise<void> {
  await manager.query('SELECT oauth_end_grants($1::uuid, NULL)', [userId]);
  await endCodesOf(manager, userId);
}
