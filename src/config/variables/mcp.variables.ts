import * as z from 'zod';
import { integer } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

const MIB = 1024 * 1024;

/** The MCP endpoint, and the size of what goes in and out. */
export const mcpVariables = {
  MCP_HANDLER_TIMEOUT_SECONDS: withDefault(integer(1, 3600, 'seconds'), '60', {
    description: 'After how long an MCP handler is stopped. Its caller is answered `handler_timeout`.',
    example: '120',
  }),
  MCP_MAX_RESULT_BYTES: withDefault(integer(1024, undefined, 'bytes'), String(4 * MIB), {
    description: 'The largest result of an MCP handler. A larger one is answered `result_too_large`.',
    example: '1048576',
  }),
  MCP_PAGE_SIZE: withDefault(integer(1, 10_000, 'entries'), '250', {
    description: 'How many entries a page of `tools/list` and the other MCP lists has.',
    example: '100',
  }),
  MCP_SESSIONS_PER_USER: withDefault(integer(0, 1000, 'sessions'), '0', {
    description:
      'How many sessions a user may have in the MCP revisions of 2025. A handler needs one there to ask the person or the model something. With `0` there are no sessions.',
    example: '5',
  }),
  MCP_SESSION_MINUTES: withDefault(integer(1, 1440, 'minutes'), '60', {
    description: 'After how long without a request a session ends.',
    example: '15',
  }),
  MCP_STATE_SECRET: optional(z.string().min(32, 'must have at least 32 characters'), {
    description:
      'Protects the state that a client carries between the rounds of a call. Replicas must share it.',
    shape: 'at least 32 characters',
    example: 'use-the-output-of-openssl-rand-hex-32',
    otherwise: 'made at each start',
    secret: true,
  }),
  MCP_STDIO_KEY: optional(z.string().trim(), {
    description: 'The API key that the service serves with [over stdio](stdio.md).',
    shape: 'an API key',
    example: 'mcp_...',
    otherwise: 'the service does not start over stdio',
    secret: true,
  }),
  BODY_LIMIT_BYTES: withDefault(integer(1024, undefined, 'bytes'), String(2 * MIB), {
    description: 'The largest body of a request. A larger one is answered `payload_too_large`.',
    example: '1048576',
  }),
  MCP_BODY_LIMIT_BYTES: optional(integer(1024, undefined, 'bytes'), {
    description: 'The same for one message or batch on `/mcp`, and for one line over stdio.',
    example: '524288',
    otherwise: 'as `BODY_LIMIT_BYTES`, at most 2097152',
  }),
  OUTPUT_STALL_SECONDS: withDefault(integer(1, 3600, 'seconds'), '30', {
    description: 'After how long a connection is closed whose client reads nothing of an answer.',
    example: '10',
  }),
  OUTPUT_CONNECTION_MAX_BYTES: withDefault(integer(65_536, undefined, 'bytes'), String(16 * MIB), {
    description:
      'How much of a stream may wait for its reader. Then the stream is ended. A stream that only listens may have 1048576 bytes.',
    example: '4194304',
  }),
  OUTPUT_USER_MAX_BYTES: withDefault(integer(65_536, undefined, 'bytes'), String(64 * MIB), {
    description:
      'How much of the large answers of one user may wait for their readers. Then calls are answered `output_backlog`.',
    example: '16777216',
  }),
  OUTPUT_MAX_BYTES: withDefault(integer(65_536, undefined, 'bytes'), String(256 * MIB), {
    description:
      'How much of the large answers of all users may wait in one process. Then the answers of the user with the most are ended.',
    example: '134217728',
  }),
};
