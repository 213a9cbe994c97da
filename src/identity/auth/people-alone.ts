import type { GenericEndpointContext } from 'better-auth';
import { APIError } from 'better-auth/api';
import { isAddressOfNobody } from '../../access/principal.js';

interface FindsUsers {
  findUserByEmail: (email: string, ...rest: never[]) => Promise<unknown>;
}

/** Makes an adapter of the library find no agent and no team by its address. Each is like an address that nobody has. */
export function findsPeopleAlone(adapter: FindsUsers): void {
  const find = adapter.findUserByEmail.bind(adapter);
  adapter.findUserByEmail = (email, ...rest) =>
    isAddressOfNobody(email) ? Promise.resolve(null) : find(email, ...rest);
}

/**
 * Refuses an account or a session of a principal that is no person, by whichever path.
 * @throws APIError
 */
export async function refuseOthers(
  userId: string,
  context: GenericEndpointContext | null | undefined,
): Promise<void> {
  const user = await context?.context.internalAdapter.findUserById(userId);
  if (user && isAddressOfNobody(user.email)) throw signUpClosed();
}

export const signUpClosed = () =>
  new APIError('FORBIDDEN', { code: 'SIGN_UP_CLOSED', message: 'Ask an administrator for an account' });
