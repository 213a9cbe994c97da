import * as z from 'zod';
import { choice, integer, signUp } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** How people sign in, and how long they stay signed in. */
export const identityVariables = {
  AUTH_SECRET: optional(z.string().min(32, 'must have at least 32 characters'), {
    description:
      'Signs the cookies of sessions, and the links in mails. Whoever has it and a session of the database can be anybody. Replicas must share it.',
    shape: 'at least 32 characters',
    example: 'use-the-output-of-openssl-rand-hex-32',
    otherwise: 'shared in PostgreSQL under `SECRETS_KEY`; without that, made once and kept in `DATA_DIR`',
    secret: true,
  }),
  SIGN_UP: withDefault(signUp, 'closed', {
    description:
      'Who may make an account: nobody who was not added by an administrator, people with an address of one of these domains, or everybody. A new account is a `member`, and its address must be verified.',
    example: 'example.com,example.org',
  }),
  MFA_REQUIRED: withDefault(choice('none', 'admins', 'all'), 'none', {
    description:
      'Who must sign in with a second factor: nobody, administrators, or everybody. A session without one may only add one.',
    example: 'admins',
  }),
  SESSION_IDLE_MINUTES: withDefault(integer(1, 43_200, 'minutes'), '60', {
    description: 'After how long without a request a session ends.',
    example: '15',
  }),
  SESSION_MAX_HOURS: withDefault(integer(1, 8_760, 'hours'), '24', {
    description: 'After how long a session ends in any case.',
    example: '8',
  }),
};
