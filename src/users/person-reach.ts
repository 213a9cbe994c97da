import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import type { Role } from '../access/roles.js';
import { conflict, forbidden } from '../errors/service-error.js';
import { endGrantsOf } from './end-grants.js';

/**
 * Checks that a caller may act for a user, beyond its own role: whoever makes a key of an operator, or receives its mails, is one,
 * and whoever does so for an owner has the organisation.
 * @throws ServiceError `forbidden`
 */
export function assertMayActFor(
  caller: Pick<Caller, 'userId' | 'isOperator' | 'role'>,
  user: { id: string; isOperator: boolean; role: Role },
): void {
  if (caller.isOperator || user.id === caller.userId) return;
  if (user.isOperator) throw forbidden('Only an operator acts for another operator', 'not_operator');
  if (user.role === 'owner' && caller.role !== 'owner')
    throw forbidden('Only an owner of the organization, or an operator, acts for an owner', 'not_owner');
}

/** Returns whether a user belongs to another organisation, too. */
export async function belongsElsewhere(
  manager: EntityManager,
  organizationId: string,
  userId: string,
): Promise<boolean> {
  const rows = await manager.query<unknown[]>(
    'SELECT FROM memberships WHERE user_id = $1 AND organization_id <> $2 LIMIT 1',
    [userId, organizationId],
  );
  return rows.length > 0;
}

/**
 * Checks that a person is the organisation's alone, before what follows the person everywhere is changed: the address, the second
 * factors, the sessions.
 * @throws ServiceError `forbidden`
 */
export async function assertOwnsPerson(
  manager: EntityManager,
  caller: Caller,
  userId: string,
): Promise<void> {
  if (caller.isOperator || userId === caller.userId) return;
  if (await belongsElsewhere(manager, caller.organizationId, userId))
    throw forbidden(
      'This person belongs to another organization, too: an operator changes this',
      'not_operator',
    );
}

/** Any number serves that all replicas share. */
const OPERATORS_LOCK = 7_266_351;

/** Checks, after a change of an operator, that an active one is left. Changes of several are made one after the other. @throws conflict */
export async function assertOperatorLeft(manager: EntityManager): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock($1)', [OPERATORS_LOCK]);
  const left = await manager.query<unknown[]>('SELECT FROM users WHERE is_operator AND is_active LIMIT 1');
  if (left.length === 0) throw conflict('This is the last active operator: make another one first');
}

/**
 * Ends all by which a person signed in, and what programs may do for the person, because the address is another one now: who had the
 * account could else wait in it for whoever has the address.
 */
export async function forgetSignIn(manager: EntityManager, userId: string): Promise<void> {
  await manager.query('UPDATE users SET email_verified = false, two_factor_enabled = false WHERE id = $1', [
    userId,
  ]);
  for (const table of ['sessions', 'accounts', 'two_factors', 'passkeys'])
    await manager.query(`DELETE FROM ${table} WHERE user_id = $1`, [userId]);
  await endGrantsOf(manager, userId);
}
