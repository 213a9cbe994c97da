import type { Caller } from '../access/caller.js';
import { type Role, ROLES } from '../access/roles.js';
import { forbidden } from '../errors/service-error.js';
import type { ApiKey } from './api-key.entity.js';

type Disabling = Pick<ApiKey, 'enabled' | 'disabledBy' | 'disabledByRole'>;

/** The least comes first in the list of roles; who is not recorded ranks below all. */
const rankOf = (role: Role | null): number => (role === null ? -1 : ROLES.indexOf(role));

/**
 * What a change of `enabled` writes. Who disabled a key is recorded with the role of then, so that what an admin has
 * disabled is not enabled by another key of its owner. An equal or higher one enables it, and so does the same person.
 * @throws ServiceError forbidden
 */
export function disablingOf(
  { userId, role }: Pick<Caller, 'userId' | 'role'>,
  key: Disabling,
  enabled: boolean | undefined,
): Partial<Disabling> {
  if (enabled === undefined || enabled === key.enabled) {
    return enabled === false && rankOf(role) > rankOf(key.disabledByRole) ? disabled(userId, role) : {};
  }
  if (!enabled) return disabled(userId, role);
  if (userId !== key.disabledBy && rankOf(role) < rankOf(key.disabledByRole)) {
    throw forbidden(
      `This key was disabled by an ${key.disabledByRole}: nobody below enables it`,
      'disabled_by_higher',
    );
  }
  return { enabled, disabledBy: null, disabledByRole: null };
}

const disabled = (userId: string, role: Role): Disabling => ({
  enabled: false,
  disabledBy: userId,
  disabledByRole: role,
});
