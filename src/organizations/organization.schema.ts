import * as z from 'zod';
import { PRINCIPAL_KINDS } from '../access/principal.js';
import { ROLES } from '../access/roles.js';
import { answerSchema, partialAnswerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, pageOf, time } from '../openapi/schema-parts.js';

const example = {
  id: EXAMPLE.id,
  name: 'Example Inc.',
  members: 12,
  role: 'owner' as const,
  isDefault: false,
  requestsPerMinute: null,
  createdAt: EXAMPLE.now,
};

export const organizationSchema = answerSchema(
  'Organization',
  () =>
    z.object({
      id,
      name: z.string(),
      members: z.int().describe('How many people belong to it'),
      role: z.enum(ROLES).nullable().describe("The caller's own; `null` for who does not belong to it"),
      isDefault: z.boolean().describe('Whether it is the organization that was there from the start'),
      requestsPerMinute: z
        .int()
        .nullable()
        .describe('Calls a minute of all of it together; `null`: no limit of its own'),
      createdAt: time,
    }),
  example,
);
export type OrganizationView = z.infer<typeof organizationSchema>;

export const writtenOrganizationSchema = partialAnswerSchema(
  'WrittenOrganization',
  organizationSchema,
  ['id', 'createdAt'],
  'organizations:read',
);

export const organizationListSchema = answerSchema(
  'OrganizationList',
  () => pageOf('organizations', organizationSchema),
  { organizations: [example], nextCursor: null },
);
export type OrganizationList = z.infer<typeof organizationListSchema>;

const member = {
  id: EXAMPLE.otherId,
  kind: 'person' as const,
  email: 'ada@example.com',
  name: 'Ada',
  role: 'member' as const,
  isActive: true,
};

export const memberSchema = answerSchema(
  'OrganizationMember',
  () =>
    z.object({
      id: id.describe('The id of the person, the agent or the team'),
      kind: z.enum(PRINCIPAL_KINDS),
      email: z.string(),
      name: z.string(),
      role: z.enum(ROLES),
      isActive: z.boolean(),
    }),
  member,
);
export type MemberView = z.infer<typeof memberSchema>;

export const memberListSchema = answerSchema(
  'OrganizationMemberList',
  () => pageOf('members', memberSchema),
  {
    members: [member],
    nextCursor: null,
  },
);
export type MemberList = z.infer<typeof memberListSchema>;
