import * as z from 'zod';
import { ROLES } from '../access/roles.js';
import { TIERS } from '../access/tiers.js';
import { answerSchema, partialAnswerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, pageOf, time, timeOrNull } from '../openapi/schema-parts.js';
import { SIGN_IN_WAYS } from './sign-in-way.js';

const example = {
  id: EXAMPLE.id,
  email: 'ada@example.com',
  name: 'Ada',
  role: 'member' as const,
  tier: 'development' as const,
  requestsPerMinute: null,
  isActive: true,
  isOperator: false,
  signsInBy: ['password' as const, 'passkey' as const],
  lastSeenAt: EXAMPLE.now,
  createdAt: EXAMPLE.now,
  updatedAt: EXAMPLE.now,
};

export const userSchema = answerSchema(
  'User',
  () =>
    z.object({
      id,
      email: z.string(),
      name: z.string(),
      role: z.enum(ROLES),
      tier: z.enum(TIERS),
      requestsPerMinute: z.int().nullable().describe("Own number of calls a minute; `null`: the tier's"),
      isActive: z.boolean(),
      isOperator: z.boolean().describe('Whether the user manages the organizations themselves'),
      signsInBy: listOf(z.enum(SIGN_IN_WAYS))
        .nullable()
        .describe('By what the person can sign in; `null` for who belongs to another organization, too'),
      lastSeenAt: timeOrNull.describe('When a session that has not ended was last used'),
      createdAt: time,
      updatedAt: time,
    }),
  example,
);
export type UserView = z.infer<typeof userSchema>;

export const writtenUserSchema = partialAnswerSchema(
  'WrittenUser',
  userSchema,
  ['id', 'createdAt', 'updatedAt'],
  'users:read',
);

export const userListSchema = answerSchema('UserList', () => pageOf('users', userSchema), {
  users: [example],
  nextCursor: null,
});
export type UserList = z.infer<typeof userListSchema>;
