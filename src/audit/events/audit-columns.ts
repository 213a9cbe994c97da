import * as z from 'zod';
import { VIAS } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';

/** `pending`: the intent of a call that needs an elevated scope; its outcome is a row of its own. */
export const OUTCOMES = ['success', 'failure', 'denied', 'pending'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The PostgreSQL types that the columns of the audit tables have. */
export type ColumnType =
  'uuid' | 'timestamptz' | 'text' | 'text[]' | 'boolean' | 'inet' | 'float8' | 'jsonb' | 'bigint' | 'bytea';

/** Describes one member of an audit event: how it is stored, sealed, inserted and shown. */
export interface AuditColumn {
  column: string;
  type: ColumnType;
  /** The version of the row that introduced it. Sealed rows of earlier versions stay valid: see {@link hashedColumns}. */
  since: number;
  /** Whether the sealed hash of a row covers it. The order of the hash is the order of the description. */
  hashed: boolean;
  /** Who sets it: the slot that numbers the row, the record of the event, or a default of the database. */
  origin: 'slot' | 'record' | 'database';
  nullable?: true;
  primary?: true;
  default?: unknown;
  /** The member in JSON, as the API documents it. */
  schema: z.ZodType;
  example: unknown;
}

export type AuditColumns = Readonly<Record<string, AuditColumn>>;

const slot = { since: 1, hashed: true, origin: 'slot' } as const;
const record = { since: 1, hashed: true, origin: 'record' } as const;
const nullable = { ...record, nullable: true } as const;
const text = z.string().nullable();

const ID = '01990f6e-1c2b-7d4e-8f00-3a5b7c9d1e2f';
const OTHER_ID = '01990f70-5a3c-7b1d-9e00-6c8d0e2f4a5b';
const TIME = '2027-01-31T12:00:00.000Z';

/**
 * The one description of an audit row. The entity, the insert, the hash, the spool, the exports, the API schema and the
 * verifier are all derived from it. To add a member, append it with the next version in `since`, make it nullable, and
 * add its column in a migration.
 *
 * @example
 * ```ts
 * region: { ...nullable, since: 5, column: 'region', type: 'text', schema: text, example: 'eu' },
 * ```
 */
export const AUDIT_COLUMNS = {
  /** A UUID of version 7, made when the event is accepted. */
  id: { ...slot, column: 'id', type: 'uuid', primary: true, schema: z.uuid(), example: ID },
  occurredAt: {
    ...slot,
    column: 'occurred_at',
    type: 'timestamptz',
    primary: true,
    schema: z.iso.datetime(),
    example: TIME,
  },
  recordedAt: {
    column: 'recorded_at',
    type: 'timestamptz',
    since: 1,
    hashed: true,
    origin: 'database',
    default: () => 'now()',
    schema: z.iso
      .datetime()
      .describe('When it was stored: later than it occurred, where the database was away'),
    example: TIME,
  },
  nodeId: {
    ...slot,
    column: 'node_id',
    type: 'uuid',
    schema: z.uuid().describe('One boot of one process'),
    example: OTHER_ID,
  },
  /** Not hashed: the position of a row's hash in a seal attests its number. */
  nodeSeq: {
    ...slot,
    column: 'node_seq',
    type: 'bigint',
    hashed: false,
    schema: z.int().describe('1, 2, 3, ... within `nodeId`, without a gap'),
    example: 17,
  },
  userId: {
    ...nullable,
    column: 'user_id',
    type: 'uuid',
    schema: z.uuid().nullable(),
    example: OTHER_ID,
  },
  userName: {
    ...nullable,
    column: 'user_name',
    type: 'text',
    schema: text.describe('As it was then'),
    example: 'Ada',
  },
  keyId: { ...nullable, column: 'key_id', type: 'uuid', schema: z.uuid().nullable(), example: ID },
  keyStart: { ...nullable, column: 'key_start', type: 'text', schema: text, example: 'mcp_a1B2' },
  /** Such as `tools/call`, `document.create` or `authenticate`. */
  action: { ...record, column: 'action', type: 'text', schema: z.string(), example: 'tools/call' },
  tool: { ...nullable, column: 'tool', type: 'text', schema: text, example: 'documents_get' },
  /** What was acted on, such as `document:0199...`. */
  resource: { ...nullable, column: 'resource', type: 'text', schema: text, example: `document:${ID}` },
  targets: {
    ...record,
    column: 'targets',
    type: 'text[]',
    default: () => "'{}'",
    schema: z.array(z.string()).describe('Everything that was acted on, `resource` included'),
    example: [`document:${ID}`],
  },
  outcome: {
    ...record,
    column: 'outcome',
    type: 'text',
    schema: z
      .enum(OUTCOMES)
      .describe('`pending`: the intent of an elevated call; its outcome is another event'),
    example: 'success',
  },
  reason: {
    ...nullable,
    column: 'reason',
    type: 'text',
    schema: text.describe('A code when the outcome is not `success`'),
    example: null,
  },
  elevated: {
    ...record,
    column: 'elevated',
    type: 'boolean',
    default: false,
    schema: z.boolean().describe('A scope of high or critical risk was used or asked for'),
    example: false,
  },
  scopes: {
    ...record,
    column: 'scopes',
    type: 'text[]',
    default: () => "'{}'",
    schema: z.array(z.string()).describe('What the handler asks for'),
    example: ['documents:read'],
  },
  ip: { ...nullable, column: 'ip', type: 'inet', schema: text, example: '192.0.2.7' },
  userAgent: { ...nullable, column: 'user_agent', type: 'text', schema: text, example: 'example/1.0' },
  requestId: { ...nullable, column: 'request_id', type: 'text', schema: text, example: OTHER_ID },
  traceId: {
    ...nullable,
    column: 'trace_id',
    type: 'text',
    schema: text.describe('`trace-id` of `traceparent`: in the `_meta` of an MCP call, or the header'),
    example: null,
  },
  durationMs: {
    ...nullable,
    column: 'duration_ms',
    type: 'float8',
    schema: z.number().nullable(),
    example: 3.2,
  },
  metadata: {
    ...record,
    column: 'metadata',
    type: 'jsonb',
    default: {},
    schema: z.record(z.string(), z.unknown()),
    example: {},
  },
  via: {
    ...nullable,
    since: 2,
    column: 'via',
    type: 'text',
    schema: z
      .enum(VIAS)
      .nullable()
      .describe(
        'How the caller came: by an API key, a session or an OAuth token; `null` where none is known',
      ),
    example: 'key',
  },
  organizationId: {
    ...nullable,
    since: 3,
    column: 'organization_id',
    type: 'uuid',
    schema: z
      .uuid()
      .nullable()
      .describe(
        'In which organisation the caller acted; `null` where none is known, and in rows from before organisations, ' +
          'which count as those of the default one',
      ),
    example: DEFAULT_ORGANIZATION,
  },
  keyName: {
    ...nullable,
    since: 4,
    column: 'key_name',
    type: 'text',
    schema: text.describe('As it was then'),
    example: 'Laptop',
  },
  clientId: {
    ...nullable,
    since: 4,
    column: 'client_id',
    type: 'text',
    schema: text.describe("The OAuth client that the caller's token was issued to"),
    example: null,
  },
  actors: {
    ...nullable,
    since: 4,
    column: 'actors',
    type: 'text[]',
    schema: z
      .array(z.string())
      .nullable()
      .describe(
        'The ids of those who acted, the outermost person or team first and the caller last; `null` where nobody stands ' +
          'behind the caller',
      ),
    example: [OTHER_ID, ID],
  },
} as const satisfies AuditColumns;
