import * as z from 'zod';
import { ROLES } from '../../access/roles.js';
import { TIERS } from '../../users/tiers.js';
import { SAMPLE, id, nextCursor, time, view, writtenView } from './view.js';

const user = {
  id: SAMPLE.id,
  email: 'ada@example.com',
  name: 'Ada',
  role: 'member' as const,
  tier: 'development' as const,
  requestsPerMinute: null,
  isActive: true,
  createdAt: SAMPLE.now,
  updatedAt: SAMPLE.now,
};
export const User = view(
  'User',
  z.object({
    id,
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    tier: z.enum(TIERS),
    requestsPerMinute: z.int().nullable().describe("Own number of calls a minute; `null`: the tier's"),
    isActive: z.boolean(),
    createdAt: time,
    updatedAt: time,
  }),
  user,
);
export const WrittenUser = writtenView('WrittenUser', User, ['id', 'createdAt', 'updatedAt'], 'users:read');
export const UserList = view('UserList', z.object({ users: z.array(User), nextCursor }), {
  users: [user],
  nextCursor: null,
});
