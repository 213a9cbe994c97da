import * as z from 'zod';
import { ROLES } from '../../access/roles.js';
import { answerSchema, partialAnswerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, pageOf, time } from '../../openapi/schema-parts.js';

const example = {
  id: EXAMPLE.id,
  email: 'ada@example.com',
  name: 'Ada',
  role: 'member' as const,
  invitedBy: EXAMPLE.otherId,
  createdAt: EXAMPLE.now,
  expiresAt: '2027-02-07T12:00:00.000Z',
};

export const invitationSchema = answerSchema(
  'Invitation',
  () =>
    z.object({
      id,
      email: z.string(),
      name: z.string(),
      role: z.enum(ROLES),
      invitedBy: id,
      createdAt: time,
      expiresAt: time.describe('Until when the link of the mail works'),
    }),
  example,
);
export type InvitationView = z.infer<typeof invitationSchema>;

export const writtenInvitationSchema = partialAnswerSchema(
  'WrittenInvitation',
  invitationSchema,
  ['id', 'createdAt'],
  'users:read',
);

export const invitationListSchema = answerSchema(
  'InvitationList',
  () => pageOf('invitations', invitationSchema),
  { invitations: [example], nextCursor: null },
);
export type InvitationList = z.infer<typeof invitationListSchema>;
