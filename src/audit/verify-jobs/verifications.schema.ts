import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, nextCursor, time, timeOrNull } from '../../openapi/schema-parts.js';
import { KINDS } from '../verify/findings.js';
import { VERIFICATION_STATES } from './audit-verification.entity.js';

const upTo = () =>
  z
    .object({
      at: time.describe('When it occurred'),
      nodeId: id,
      nodeSeq: z.number(),
      seal: z.number().describe('The number of the seal that covers it'),
    })
    .nullable()
    .describe(
      'The newest sealed row that was compared. Rows come node by node, so only at the end were all up to its time compared',
    );

const code = z.enum(KINDS);

const finding = () =>
  z.object({
    code,
    message: z.string(),
    nodeId: id.nullable(),
    nodeSeq: z.number().nullable(),
    rowId: id.nullable(),
    time: timeOrNull.describe('Of the row, or of the last row of its seal'),
  });

const shape = () => ({
  id,
  state: z
    .enum(VERIFICATION_STATES)
    .describe('`failed` with findings or a `problem`; `lost` where its process ended without a word'),
  requestedBy: id,
  requestedAt: time,
  startedAt: timeOrNull,
  endedAt: timeOrNull,
  progress: z
    .object({
      rows: z.int(),
      seals: z.int(),
      sealsTotal: z.int(),
      nodes: z.int(),
      nodesTotal: z.int(),
    })
    .nullable(),
  verifiedUpTo: upTo(),
  findingsCount: z.int(),
  counts: listOf(z.object({ code, count: z.int() })).describe('How many findings of each kind'),
  problem: z.string().nullable().describe('Why it could not verify the audit'),
});

const EXAMPLE_VERIFICATION = {
  id: EXAMPLE.id,
  state: 'failed' as const,
  requestedBy: EXAMPLE.otherId,
  requestedAt: EXAMPLE.now,
  startedAt: EXAMPLE.now,
  endedAt: EXAMPLE.now,
  progress: { rows: 120_000, seals: 480, sealsTotal: 480, nodes: 3, nodesTotal: 3 },
  verifiedUpTo: { at: EXAMPLE.now, nodeId: EXAMPLE.otherId, nodeSeq: 1230, seal: 42 },
  findingsCount: 1,
  counts: [{ code: 'changed' as const, count: 1 }],
  problem: null,
};

export const verificationSchema = answerSchema(
  'AuditVerification',
  () => z.object({ ...shape(), findings: listOf(finding()).describe('The first 100') }),
  {
    ...EXAMPLE_VERIFICATION,
    findings: [
      {
        code: 'changed',
        message: 'It is not what was sealed.',
        nodeId: EXAMPLE.otherId,
        nodeSeq: 1207,
        rowId: EXAMPLE.id,
        time: EXAMPLE.now,
      },
    ],
  },
);
export type Verification = z.infer<typeof verificationSchema>;

export const verificationListSchema = answerSchema(
  'AuditVerificationList',
  () => z.object({ verifications: listOf(z.object(shape())), nextCursor }),
  { verifications: [EXAMPLE_VERIFICATION], nextCursor: null },
);
export type VerificationList = z.infer<typeof verificationListSchema>;

/** The newest verification that came to its end, as other answers name it. */
export const lastVerification = () =>
  z
    .object({
      id,
      state: z.enum(['passed', 'failed']),
      at: time.describe('When it ended'),
      verifiedUpTo: timeOrNull.describe('The time of the newest sealed row that it compared'),
      findingsCount: z.int(),
      problem: z.string().nullable(),
    })
    .nullable()
    .describe('The newest one that came to its end; `null` without one, and for callers who may not see it');
export type LastVerification = z.infer<ReturnType<typeof lastVerification>>;

export const EXAMPLE_LAST = {
  id: EXAMPLE.id,
  state: 'passed' as const,
  at: EXAMPLE.end,
  verifiedUpTo: EXAMPLE.now,
  findingsCount: 0,
  problem: null,
};
