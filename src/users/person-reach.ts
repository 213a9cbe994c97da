import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { forbidden } from '../errors/service-error.js';

/**
 * Checks that a caller may act for a user, beyond its role: whoever makes a key of an operator, or receives its mails, is one.
 * @throws ServiceError `forbidden`
 */
export function assertReachesOperator(
  caller: Pick<Caller, 'userId' | 'isOperator'>,
  user: { id: string; isOperator: boolean },
): void {
  if (user.isOperator && !caller.isOperator && user.id !== caller.userId)
    throw forbidden('Only an operator acts for another operator', 'not_operator');
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
  const elsewhere = await manager.query<unknown[]>(
    'SELECT FROM memberships WHERE user_id = $1 AND organization_id <> $2 LIMIT 1',
    [userId, caller.organizationId],
  );
  if (elsewhere.length > 0)
    throw forbidden(
      'This person belongs to another organization, too: an operator changes this',
      'not_operator',
    );
}
