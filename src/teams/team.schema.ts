import * as z from 'zod';
import { answerSchema, partialAnswerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, pageOf, time } from '../openapi/schema-parts.js';
import { PRINCIPAL_KINDS } from '../access/principal.js';
import { TEAM_ROLES } from './team-member.entity.js';

const example = {
  id: EXAMPLE.id,
  name: 'Support',
  members: 3,
  role: 'maintainer' as const,
  requestsPerMinute: null,
  createdAt: EXAMPLE.now,
};

export const teamSchema = answerSchema(
  'Team',
  () =>
    z.object({
      id,
      name: z.string(),
      members: z.int().describe('How many people and agents belong to it'),
      role: z.enum(TEAM_ROLES).nullable().describe("The caller's own; `null` for who does not belong to it"),
      requestsPerMinute: z
        .int()
        .nullable()
        .describe('Calls a minute of its keys and its agents together; `null`: no limit'),
      createdAt: time,
    }),
  example,
);
export type TeamView = z.infer<typeof teamSchema>;

export const writtenTeamSchema = partialAnswerSchema(
  'WrittenTeam',
  teamSchema,
  ['id', 'createdAt'],
  'teams:read',
);

export const teamListSchema = answerSchema('TeamList', () => pageOf('teams', teamSchema), {
  teams: [example],
  nextCursor: null,
});
export type TeamList = z.infer<typeof teamListSchema>;

const member = {
  id: EXAMPLE.otherId,
  kind: 'person' as const,
  name: 'Ada',
  role: 'member' as const,
  since: EXAMPLE.now,
};

export const teamMemberSchema = answerSchema(
  'TeamMember',
  () =>
    z.object({
      id: id.describe('The id of the person or the agent'),
      kind: z.enum(PRINCIPAL_KINDS),
      name: z.string(),
      role: z.enum(TEAM_ROLES),
      since: time,
    }),
  member,
);
export type TeamMemberView = z.infer<typeof teamMemberSchema>;

export const teamMemberListSchema = answerSchema(
  'TeamMemberList',
  () => pageOf('members', teamMemberSchema),
  {
    members: [member],
    nextCursor: null,
  },
);
export type TeamMemberList = z.infer<typeof teamMemberListSchema>;
