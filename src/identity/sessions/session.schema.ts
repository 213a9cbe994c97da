import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, pageOf, time } from '../../openapi/schema-parts.js';
import { METHODS } from '../second-factor/methods.js';

const session = {
  id: EXAMPLE.id,
  userId: EXAMPLE.otherId,
  current: true,
  createdAt: EXAMPLE.now,
  lastSeenAt: EXAMPLE.now,
  expiresAt: EXAMPLE.end,
  ip: '192.0.2.7',
  userAgent: 'Mozilla/5.0',
  signedInBy: ['password' as const, 'totp' as const],
};

export const sessionSchema = answerSchema(
  'Session',
  () =>
    z.object({
      id,
      userId: id,
      current: z.boolean().describe('The session that asks'),
      createdAt: time,
      lastSeenAt: time.describe('Up to 15 seconds late'),
      expiresAt: time.describe('The end in any case; it ends before when it is not used'),
      ip: z.string().nullable().describe('Where the person signed in from'),
      userAgent: z.string().nullable(),
      signedInBy: listOf(z.enum(METHODS)).describe('What the person showed, in this order'),
    }),
  session,
);
export type SessionView = z.infer<typeof sessionSchema>;

export const sessionListSchema = answerSchema('SessionList', () => pageOf('sessions', sessionSchema), {
  sessions: [session],
  nextCursor: null,
});
export type SessionList = z.infer<typeof sessionListSchema>;
