import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, pageOf, time } from '../../openapi/schema-parts.js';
import { SHARE_ROLES } from './document-share.entity.js';

const team = z.string().describe('The name of the team');
const role = z.enum(SHARE_ROLES).describe('What the members of the team may do: an editor also changes it');
const source = z.string().describe('The name of the source, as imports give it');

const shareExample = {
  teamId: EXAMPLE.otherId,
  team: 'Field service',
  role: 'reader' as const,
  source: null,
  createdAt: EXAMPLE.now,
};
export const documentShareSchema = answerSchema(
  'DocumentShare',
  () =>
    z.object({
      teamId: id,
      team,
      role,
      source: source
        .nullable()
        .describe('The source with which it is shared; `null`: it is shared by itself'),
      createdAt: time,
    }),
  shareExample,
);
export type DocumentShareView = z.infer<typeof documentShareSchema>;

export const documentShareListSchema = answerSchema(
  'DocumentShareList',
  () => pageOf('shares', documentShareSchema),
  { shares: [shareExample], nextCursor: null },
);
export type DocumentShareList = z.infer<typeof documentShareListSchema>;

const sourceShareExample = {
  source: 'handbook',
  teamId: EXAMPLE.otherId,
  team: 'Field service',
  role: 'reader' as const,
  documents: 120,
  createdAt: EXAMPLE.now,
};
export const sourceShareSchema = answerSchema(
  'DocumentSourceShare',
  () =>
    z.object({
      source,
      teamId: id,
      team,
      role,
      documents: z.int().describe('How many documents are shared so'),
      createdAt: time,
    }),
  sourceShareExample,
);
export type SourceShareView = z.infer<typeof sourceShareSchema>;

export const sourceShareListSchema = answerSchema(
  'DocumentSourceShareList',
  () => pageOf('shares', sourceShareSchema),
  { shares: [sourceShareExample], nextCursor: null },
);
export type SourceShareList = z.infer<typeof sourceShareListSchema>;
