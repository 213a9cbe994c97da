import type { EntityManager } from 'typeorm';

/** A code that was not redeemed yet: it is kept as JSON, among what else is verified once. */
const END_CODES = `
  DELETE FROM verifications
  WHERE CASE WHEN value LIKE '{"type":"authorization_code"%' THEN value::jsonb ->> 'userId' = $1 ELSE false END`;

/**
 * Ends all that a person has let programs do, in every organisation, with the tokens and the codes of it: whoever had the account may
 * have let a program in that stays.
 */
export async function endGrantsOf(manager: EntityManager, userId: string): Promise<void> {
  await manager.query('SELECT oauth_end_grants($1::uuid, NULL)', [userId]);
  await manager.query(END_CODES, [userId]);
}
