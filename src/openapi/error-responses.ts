import { STATUS_CODES } from 'node:http';
import type { AccessRule } from '../access/access.decorators.js';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.js';
import type { JsonSchema } from '../validation/dto-schema.js';
import type * as z from 'zod';
import { mediaTypeOf, refTo } from './answer-schema.js';
import { problemSchema } from './problem.schema.js';

/** The properties of a route that decide which errors it can return. */
export interface Route {
  rule: AccessRule | undefined;
  /** In lower case. */
  method: string;
  hasBodySchema: boolean;
  hasQuery: boolean;
  hasPathParameter: boolean;
  idempotent: boolean;
}

const ALWAYS = [
  'bad_request',
  'host_not_allowed',
  'origin_not_allowed',
  'rate_limited',
  'internal_error',
  'service_unavailable',
] as const;
const WITH_KEY = [
  'missing_api_key',
  'invalid_api_key',
  'account_inactive',
  'ip_not_allowed',
  'database_unavailable',
] as const;
const IDEMPOTENT = ['validation_failed', 'idempotency_in_progress', 'idempotency_key_reused'] as const;
/** A client may send a body with any method but GET, whether or not the route reads it. */
const WITH_BODY = ['invalid_json', 'payload_too_large', 'unsupported_media_type'] as const;

/** The error codes that an operation can return. */
export function errorCodesOf(route: Route, more: readonly ErrorCode[] = []): ErrorCode[] {
  const codes = new Set<ErrorCode>([
    ...ALWAYS,
    ...(route.rule?.kind === 'public' ? [] : WITH_KEY),
    ...(route.rule?.kind === 'scopes' ? (['insufficient_scope', 'audit_unavailable'] as const) : []),
    ...(route.method === 'get' ? [] : WITH_BODY),
    ...(route.hasBodySchema || route.hasQuery ? (['validation_failed'] as const) : []),
    ...(route.idempotent ? IDEMPOTENT : []),
    ...(route.hasPathParameter ? (['not_found'] as const) : []),
    ...more,
  ]);
  return (Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) => codes.has(code));
}

/**
 * One response for each status of `codes`.
 * @param schema of every error, where errors are not problem details
 */
export function errorResponses(
  codes: readonly ErrorCode[],
  schema: z.ZodType | undefined,
): Record<string, JsonSchema> {
  const statuses = [...new Set(codes.map(statusOf))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const here = codes.filter((code) => statusOf(code) === status);
      const lines = here.map((code) => `- \`${code}\`: ${ERROR_CODES[code].meaning}`);
      return [
        String(status),
        {
          description: `${STATUS_CODES[status]}\n\n${lines.join('\n')}`,
          content: schema ? { 'application/json': mediaTypeOf(schema) } : problemContent(status, here),
        },
      ];
    }),
  );
}

/** The status that a route returns. A 414 is returned before a route is found. */
const statusOf = (code: ErrorCode): number => ERROR_CODES[code].status[0];

const problemContent = (status: number, codes: readonly ErrorCode[]) => ({
  'application/problem+json': {
    schema: {
      allOf: [refTo(problemSchema)],
      properties: { status: { const: status }, code: { enum: codes } },
    },
    examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
  },
});

const DETAILS: Partial<Record<ErrorCode, JsonSchema>> = {
  insufficient_scope: {
    detail: 'Insufficient permissions. Required scope: documents:delete',
    requiredScopes: ['documents:delete'],
    missingScopes: ['documents:delete'],
  },
  validation_failed: {
    detail: 'title: must be a string',
    errors: ['title: must be a string'],
  },
  rate_limited: {
    detail: 'Rate limit reached: 100 calls a minute (development). Retry in 12 seconds',
    retryAfterSeconds: 12,
    limit: { policy: 'development', requests: 100, windowSeconds: 60 },
  },
};

/** An example of each code, for `components.examples`. */
export const ERROR_EXAMPLES = Object.fromEntries(
  (Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => [
    code,
    {
      value: {
        type: 'about:blank',
        title: STATUS_CODES[statusOf(code)],
        status: statusOf(code),
        detail: ERROR_CODES[code].meaning,
        code,
        requestId: '01990f6e-1c2b-7d4e-8f00-3a5b7c9d1e2f',
        ...DETAILS[code],
      },
    },
  ]),
);
