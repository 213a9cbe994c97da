import * as z from 'zod';
import { answerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, time, timeOrNull } from '../openapi/schema-parts.js';

const stop = {
  message: z.string().nullable().describe('What callers are told'),
  until: timeOrNull.describe('When the stop ends by itself'),
};

const stopView = () => z.object({ ...stop, stoppedBy: id, stoppedAt: time });

const tool = () =>
  z.object({
    name: z.string(),
    enabled: z.boolean(),
    stop: stopView().nullable().describe('Set while it is switched off'),
  });

const EXAMPLE_STOP = {
  message: 'Invoices are being moved. Try again tomorrow.',
  until: EXAMPLE.end,
  stoppedBy: EXAMPLE.otherId,
  stoppedAt: EXAMPLE.now,
};

const figures = () =>
  z
    .object({
      calls: z.int(),
      errors: z.int().describe('Calls that ran and failed'),
      refused: z.int(),
      p95Ms: z.number().nullable().describe('Of calls that ran; `null` where none ran'),
    })
    .nullable()
    .describe(
      'Of the last 24 hours, of the rows that `GET /api/audit` shows; `null` for callers without `audit:read`',
    );

export const toolSwitchSchema = answerSchema('ToolSwitch', tool, {
  name: 'invoices_create',
  enabled: false,
  stop: EXAMPLE_STOP,
});
export type ToolSwitch = z.infer<typeof toolSwitchSchema>;

export const toolSwitchListSchema = answerSchema(
  'ToolSwitches',
  () => z.object({ tools: listOf(tool().extend({ lastDay: figures() })), nextCursor: z.null() }),
  {
    tools: [
      {
        name: 'invoices_create',
        enabled: false,
        stop: EXAMPLE_STOP,
        lastDay: { calls: 120, errors: 2, refused: 4, p95Ms: 180 },
      },
    ],
    nextCursor: null,
  },
);
export type ToolSwitches = z.infer<typeof toolSwitchListSchema>;

export const stoppedCallsSchema = answerSchema(
  'StoppedCalls',
  () => z.object({ stopped: z.boolean(), stop: stopView().nullable() }),
  { stopped: true, stop: EXAMPLE_STOP },
);
export type StoppedCalls = z.infer<typeof stoppedCallsSchema>;
