import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer } from './test-service.js';

type Json = Record<string, any>;

export interface DocumentedOperation {
  id: string;
  method: string;
  path: string;
  operation: Json;
}

const CONDITIONAL_HEADERS = ['RateLimit', 'RateLimit-Policy', 'Retry-After', 'WWW-Authenticate'];

/** Checks whether answers are described by an OpenAPI document. */
export class Contract {
  private readonly ajv = addFormats.default(new Ajv2020.default({ strict: false, allErrors: true }));
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(readonly document: Json) {
    const { schemas, ...components } = document.components as Json;
    this.ajv.addSchema({
      ...document,
      $id: 'openapi',
      components: { ...components, schemas: closed(schemas) },
    });
  }

  operations(): DocumentedOperation[] {
    return Object.entries(this.document.paths as Json).flatMap(([path, item]) =>
      Object.entries(item as Json).map(([method, operation]) => ({
        id: operation.operationId as string,
        method: method.toUpperCase(),
        path,
        operation: operation as Json,
      })),
    );
  }

  /** Returns the parts of `answer` that the document does not describe; none when it is described. */
  misfits({ method, path, operation }: DocumentedOperation, answer: Answer): string[] {
    const response = operation.responses[String(answer.status)] as Json | undefined;
    if (!response) return [`status ${answer.status}: ${answer.text}`];
    const headers = CONDITIONAL_HEADERS.filter(
      (name) => answer.headers.has(name) && !response.headers[name],
    ).map((name) => `header ${name}`);
    const type = answer.headers.get('content-type')?.split(';')[0];
    if (type === undefined || !response.content) {
      return [...headers, ...(answer.text === '' && !response.content ? [] : ['a body, or none'])];
    }
    const media = response.content[type] as Json | undefined;
    if (!media) return [...headers, `content type ${type}`];
    if (!media.schema) return headers;
    const at = ['paths', path, method.toLowerCase(), 'responses', answer.status, 'content', type, 'schema'];
    return [...headers, ...this.errors(at, answer.body).map((error) => `${error} in ${answer.text}`)];
  }

  /** Returns the errors of `value` under the schema at `path` of the document. */
  errors(path: (string | number)[], value: unknown): string[] {
    const pointer = path
      .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    let validate = this.compiled.get(pointer);
    if (!validate) {
      validate = this.ajv.compile({ $ref: `openapi#/${pointer}` });
      this.compiled.set(pointer, validate);
    }
    return validate(value)
      ? []
      : validate.errors!.map(
          ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
        );
  }
}

/** Forbids unknown members. Clients must tolerate them, but here one is a member that the document lacks. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, name === 'examples' ? value : closed(value)]),
  );
  return copy.type === 'object' && copy.properties && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}
