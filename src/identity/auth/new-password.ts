import { isAPIError } from 'better-auth/api';
import type { Hook } from './hook.js';

const CHANGE = '/change-password';

/** A new password ends the other sessions of the person, whether the request asks for it or not. */
export const endOtherSessions: Hook = ({ path, body }) => {
  // The library refuses a body that is a number or a text.
  if (path === CHANGE && typeof body === 'object' && body !== null)
    (body as { revokeOtherSessions?: boolean }).revokeOtherSessions = true;
};

/** A new password voids the links of mails for another one, and sign-ins that wait for their second step. */
export const voidOpenLinks: Hook = async ({ path, context }) => {
  const user = context.session?.user;
  if (path !== CHANGE || !user || isAPIError(context.returned)) return;
  await context.adapter.deleteMany({
    model: 'verification',
    where: [{ field: 'value', value: user.id }],
  });
};
