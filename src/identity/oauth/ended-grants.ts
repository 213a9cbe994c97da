import type { DBAdapter } from 'better-auth';
import { APIError } from 'better-auth/api';

/** What PostgreSQL says of a refresh token whose grant is gone. */
const REFUSED = 'The grant of this token has ended';

type Creates = Pick<DBAdapter, 'create'>;

/** The answer to a program that asks for tokens of a grant that has ended (RFC 6749, section 5.2). */
export const grantEnded = () =>
  new APIError('BAD_REQUEST', {
    error: 'invalid_grant',
    error_description: 'The grant has ended; ask the person again',
  });

/**
 * Makes an adapter of the library say that a grant has ended where it ends while a token of it is made. The database refuses the row
 * then, and the library would answer that as a failure of the service.
 */
export function refusesEndedGrants(adapter: Creates): void {
  const create = adapter.create.bind(adapter);
  adapter.create = async (row: Parameters<Creates['create']>[0]) => {
    try {
      return await create(row);
    } catch (error) {
      throw error instanceof Error && error.message === REFUSED ? grantEnded() : error;
    }
  };
}
