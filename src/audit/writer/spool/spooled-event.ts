import { isIP } from 'node:net';
import * as z from 'zod';
import { OUTCOMES } from '../../events/audit-event.entity.js';
import type { QueuedEvent } from '../audit-insert.js';

const id = z.guid();
const text = z.string().nullable();
const texts = z.array(z.string());

/** What each member is in JSON. One that is missing here, or that an event no longer has, does not compile. */
const MEMBERS = {
  id,
  occurredAt: z.iso.datetime(),
  nodeId: id,
  nodeSeq: z.int().positive(),
  userId: id.nullable(),
  userName: text,
  keyId: id.nullable(),
  keyStart: text,
  action: z.string(),
  tool: text,
  resource: text,
  targets: texts,
  outcome: z.enum(OUTCOMES),
  reason: text,
  elevated: z.boolean(),
  scopes: texts,
  ip: z
    .string()
    .refine((address) => isIP(address) !== 0)
    .nullable(),
  userAgent: text,
  requestId: text,
  traceId: text,
  durationMs: z.number().nullable(),
  metadata: z.record(z.string(), z.unknown()),
} satisfies Record<keyof QueuedEvent, z.ZodType>;

const schema = z.strictObject(MEMBERS);

/** The event that a text holds; `undefined` where it holds anything else. */
export function readEvent(json: string): QueuedEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!schema.safeParse(value).success) return undefined;
  // As it was read: a schema's own copy would lack what JSON can name and an object literal cannot.
  const event = value as z.output<typeof schema>;
  return { ...event, occurredAt: new Date(event.occurredAt) };
}
