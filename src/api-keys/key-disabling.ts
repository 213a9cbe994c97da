import type { Caller } from '../access/caller.js';
import { type Role, ROLES } from '../access/roles.js';
import { forbidden } from '../errors/service-error.js';
import type { ApiKey } from './api-key.entity.js';

type Disabling = Pick<ApiKey, 'enabled' | 'disabledBy' | 'disabledByRole'>;

/**
 * Ranks a role by its place in the list of roles, which is in ascending order. A role that was not recorded ranks
 * below all.
 */
const rankOf = (role: Role | null): number => (role === null ? -1 : ROLES.indexOf(role));

/**
 * Returns the columns that a change of `enabled` writes. The user who disables a key is recorded with the current
 * role, so that the owner cannot enable a key that an admin disabled. An equal or higher role may enable it, and so
 * may the same user.
 * @throws ServiceError `forbidden`
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
      `This key was disabled by an ${key.disabledByRole}: a lower role cannot enable it`,
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
