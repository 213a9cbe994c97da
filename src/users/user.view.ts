import type { Role } from '../access/roles.js';
import type { User } from './user.entity.js';

/** A user as answers show it: a column that is added later is not shown until somebody says so here. */
export interface UserView {
  id: string;
  email: string;
  name: string;
  role: Role;
  tier: string;
  requestsPerMinute: number | null;
  isActive: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export const toUserView = (user: User): UserView => ({
  id: user.id,
  email: user.email,
  name: user.name,
  role: user.role,
  tier: user.tier,
  requestsPerMinute: user.requestsPerMinute,
  isActive: user.isActive,
  createdAt: user.createdAt,
  updatedAt: user.updatedAt,
});
