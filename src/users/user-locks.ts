import { type EntityManager, In } from 'typeorm';
import { activeAdmins, type Member, membersById } from './member.js';
import { User } from './user.entity.js';

/** Tells the turns of users from other advisory locks. Any number serves that all replicas share. */
const TURN = 4_210_318;

/**
 * PostgreSQL ends a transaction that has a turn and asks for nothing for so long. The process that opened it hangs, and a
 * revocation must not wait for it, nor the calls that queue behind the revocation with a connection each.
 */
const BOUND_PAUSES = `set_config('idle_in_transaction_session_timeout', '3s', true)`;

/**
 * Waits for the turn of users, which a change takes alone and all others together. PostgreSQL grants a row to whoever shares it
 * already, so that many calls in a row would keep a change waiting for as long as they come. It grants a turn in the order of
 * the requests.
 */
const TAKE_TURNS = `
  SELECT pg_advisory_xact_lock(${TURN}, turn), ${BOUND_PAUSES}
  FROM (SELECT DISTINCT hashtext(id) AS turn FROM unnest($1::text[]) AS id ORDER BY turn) AS turns`;

/** As {@link TAKE_TURNS}, beside others who only share. */
const SHARE_TURNS = TAKE_TURNS.replace('pg_advisory_xact_lock(', 'pg_advisory_xact_lock_shared(');

/** The row is locked last, because a row is locked after everything else of its statement. */
const SHARE = `
  SELECT u.id
  FROM users u, (SELECT pg_advisory_xact_lock_shared(${TURN}, hashtext($1::text)), ${BOUND_PAUSES} OFFSET 0) AS turn
  WHERE u.id = $1::uuid FOR SHARE OF u`;

/**
 * Keeps a user and its keys as they are until the transaction ends: a change waits, and what the transaction does comes
 * before it. A change that was first is committed when this returns, and the next statement sees it.
 */
export async function shareUser(manager: EntityManager, id: string): Promise<void> {
  await manager.query(SHARE, [id]);
}

/** As {@link shareUser}, for a user and those that it depends on. */
export async function shareUsers(manager: EntityManager, ids: readonly string[]): Promise<void> {
  await manager.query(SHARE_TURNS, [ids]);
  await manager.query('SELECT id FROM users WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE', [ids]);
}

/**
 * Locks users until the transaction ends, and returns those who belong to the organisation, as they are then. Rows that refer
 * to them can still be inserted, so that documents do not wait for a change of keys.
 * @param admins whether to lock all active administrators of the organisation as well
 */
export async function lockUsers(
  manager: EntityManager,
  organizationId: string,
  ids: readonly string[],
  admins?: true,
): Promise<Map<string, Member>> {
  const all = [...new Set([...ids, ...(admins ? await activeAdmins(manager, organizationId) : [])])];
  await manager.query(TAKE_TURNS, [all]);
  const lock = { mode: 'for_no_key_update' } as const;
  await manager.find(User, { where: { id: In(all) }, select: { id: true }, order: { id: 'ASC' }, lock });
  const members = await membersById(manager, organizationId, all);
  return new Map(members.map((member) => [member.id, member]));
}
