import type { Member } from './member.js';
import type { UserView } from './user.schema.js';

/** A column that is added later is not shown until it is named here. */
export const toUserView = (user: Member): UserView => ({
  id: user.id,
  email: user.email,
  name: user.name,
  role: user.role,
  tier: user.tier,
  requestsPerMinute: user.requestsPerMinute,
  isActive: user.isActive,
  isOperator: user.isOperator,
  signsInBy: user.signsInBy,
  lastSeenAt: user.lastSeenAt,
  createdAt: user.createdAt,
  updatedAt: user.updatedAt,
});
