import type { AccessRule } from '../access/access.decorators.js';
import type { RouteDescription } from './api-route.decorator.js';
import { errorCodesOf, errorResponses } from './error-responses.js';
import type { Handler } from './handlers.js';
import { headersOf } from './headers.js';
import { type JsonSchema, dtoSchema } from '../validation/dto-schema.js';
import { mediaTypeOf } from './answer-schema.js';

/** An operation as the library reads it from a route. */
export interface RawOperation extends JsonSchema {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: JsonSchema[];
  responses: Record<string, JsonSchema>;
}

interface Response extends JsonSchema {
  description: string;
  content?: Record<string, JsonSchema>;
}

/**
 * Completes one operation from the metadata of its handler.
 * What `@ApiRoute()` does not say is left as the library read it.
 * @param bodyName of the schema of its body
 */
export function describeOperation(
  method: string,
  raw: RawOperation,
  handler: Handler,
  bodyName: string | undefined,
): RawOperation {
  const { rule, body, query } = handler;
  const known: RouteDescription = handler.description ?? {
    summary: raw.summary || raw.operationId,
    ...(raw.description && { description: raw.description }),
  };
  const path = (raw.parameters ?? []).filter((parameter) => parameter.in === 'path').map(pathParameter);
  const codes = errorCodesOf(
    {
      rule,
      method,
      hasBodySchema: body !== undefined,
      hasQuery: query !== undefined,
      hasPathParameter: path.length > 0,
      idempotent: handler.idempotent,
    },
    known.errors,
  );
  const errors = errorResponses(codes, known.errorSchema);
  return {
    operationId: raw.operationId,
    tags: raw.tags,
    summary: known.summary,
    description: [known.description, accessText(rule)].filter(Boolean).join('\n\n'),
    parameters: [
      ...path,
      ...(query ? queryParameters(dtoSchema(query)) : []),
      ...(handler.idempotent ? [IDEMPOTENCY_KEY] : []),
    ],
    ...requestBody(bodyName, known),
    ...security(rule),
    responses: withHeaders(merged(successes(raw, known), errors), rule?.kind !== 'public'),
  };
}

const IDEMPOTENCY_KEY: JsonSchema = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'New for each thing to make; a request that is sent again with it within 24 hours makes nothing.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

function accessText(rule: AccessRule | undefined): string {
  if (rule?.kind === 'public') return 'Asks for no key.';
  if (rule?.kind === 'scopes')
    return `Required scope${rule.scopes.length > 1 ? 's' : ''}: ${rule.scopes.map((scope) => `\`${scope}\``).join(', ')}.`;
  return 'Any valid key.';
}

/** OpenAPI 3.1 lets a requirement of a scheme that is not OAuth name what the bearer must hold. */
function security(rule: AccessRule | undefined): JsonSchema {
  if (rule?.kind === 'public') return { security: [] };
  const scopes = rule?.kind === 'scopes' ? rule.scopes : [];
  return { security: [{ bearer: scopes }, { apiKey: scopes }], 'x-required-scopes': scopes };
}

const pathParameter = ({ name }: JsonSchema): JsonSchema => ({
  name,
  in: 'path',
  required: true,
  schema: name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string' },
});

const queryParameters = ({ properties, required = [] }: ReturnType<typeof dtoSchema>): JsonSchema[] =>
  Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema: withoutNull(schema),
  }));

/** A query parameter cannot be `null`. */
const withoutNull = (schema: JsonSchema): JsonSchema =>
  Array.isArray(schema.anyOf) ? (schema.anyOf as JsonSchema[])[0]! : schema;

function requestBody(dto: string | undefined, { body, form }: RouteDescription): JsonSchema {
  if (form) {
    const content = { 'multipart/form-data': { schema: form, ...(body && { example: body }) } };
    return { requestBody: { required: true, content } };
  }
  if (dto === undefined && body === undefined) return {};
  const schema = dto === undefined ? { type: 'object' } : { $ref: `#/components/schemas/${dto}` };
  const content = { 'application/json': { schema, ...(body && { example: body }) } };
  return { requestBody: { required: true, content } };
}

/** The only response that the library reads has the status of the success. */
function successes(raw: RawOperation, { answer, responses }: RouteDescription): Record<string, Response> {
  if (!responses) {
    const [status = '200'] = Object.keys(raw.responses);
    const content = answer && { content: { 'application/json': mediaTypeOf(answer) } };
    return { [status]: { description: answer ? 'Done' : 'Done; no content', ...content } };
  }
  return mapped(responses, ({ description, content }) => ({
    description,
    ...(content && { content: mapped(content, (schema) => (schema ? mediaTypeOf(schema) : {})) }),
  }));
}

/** A status can have both a response of its own and errors. */
function merged(own: Record<string, Response>, errors: Record<string, JsonSchema>): Record<string, Response> {
  const all: Record<string, Response> = { ...(errors as Record<string, Response>), ...own };
  for (const status of Object.keys(own).filter((status) => status in errors)) {
    const [mine, other] = [own[status]!, errors[status] as Response];
    all[status] = {
      description: `${mine.description}; or: ${other.description}`,
      content: { ...other.content, ...mine.content },
    };
  }
  return all;
}

const withHeaders = (responses: Record<string, Response>, counted: boolean): Record<string, Response> =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { ...response, headers: headersOf(Number(status), counted) },
    ]),
  );

const mapped = <T, R>(record: Record<string, T>, change: (value: T) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
