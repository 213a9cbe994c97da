import type { insertUser } from '../../users/user-changes.js';

/** The row of a user after a change of it. */
export type ChangedUser = Awaited<ReturnType<typeof insertUser>>;
