import { SetMetadata } from '@nestjs/common';
import type * as z from 'zod';
import type { ErrorCode } from '../errors/error-codes.js';

const ROUTE_METADATA = Symbol.for('bouncer-mcp:api-route');
const IDEMPOTENCY_METADATA = Symbol.for('bouncer-mcp:takes-idempotency-key');

export interface ResponseDescription {
  description: string;
  /** The schema of each media type, `null` for what is not JSON. Without `content` the response has no body. */
  content?: Record<string, z.ZodType | null>;
}

/**
 * Describes a route in the OpenAPI document, beyond what follows from its other decorators.
 *
 * @example `{ summary: 'Send an invoice', answer: invoiceSchema, body: { to: 'Acme' }, errors: ['conflict'] }`
 */
export interface RouteDescription<T extends z.ZodType = z.ZodType> {
  summary: string;
  description?: string;
  /** The schema of the JSON that a success answers with. Without it, a success has no body. */
  answer?: T;
  /** The responses by status, where there are several or the body is not JSON; in place of `answer`. */
  responses?: Record<number, ResponseDescription>;
  /** An example of the request body. */
  body?: Record<string, unknown>;
  /** The parts of a form of `multipart/form-data`, where the body is one in place of JSON. */
  form?: Record<string, unknown>;
  /** The error codes beyond those that follow from the key, scopes, body, query and path of the route. */
  errors?: readonly ErrorCode[];
  /** The schema of all errors, where they are not problem details. */
  errorSchema?: z.ZodType;
}

type Handler<T extends z.ZodType> = (...parameters: never[]) => z.output<T> | Promise<z.output<T>>;

/**
 * Describes a REST route in the OpenAPI document. The compiler checks that the handler returns what `answer` describes.
 * Path, parameters, request body, scopes, status and most errors follow from the route's other decorators.
 *
 * It takes the place of `@ApiOperation()` and its kin, because loading `@nestjs/swagger` takes a large part of the time
 * that the service takes to start: the service loads that package when the document is first asked for. Routes of
 * other modules may use either.
 *
 * @example
 * ```ts
 * @Get(':id')
 * @Scopes('invoices:read')
 * @ApiRoute({ summary: 'An invoice', answer: invoiceSchema })
 * get(@Param('id', ParseUUIDPipe) id: string): Promise<Invoice> {
 *   return this.invoices.get(id);
 * }
 * ```
 */
export function ApiRoute<T extends z.ZodType>(route: RouteDescription<T>) {
  return <M extends Handler<T>>(
    _prototype: object,
    _name: string | symbol,
    { value }: TypedPropertyDescriptor<M>,
  ): void => Reflect.defineMetadata(ROUTE_METADATA, route, value!);
}

export const routeDescriptionOf = (handler: object): RouteDescription | undefined =>
  Reflect.getMetadata(ROUTE_METADATA, handler) as RouteDescription | undefined;

/** Adds the header `Idempotency-Key`, and what it leads to, to the route's description. `@Idempotent()` applies it. */
export const TakesIdempotencyKey = () => SetMetadata(IDEMPOTENCY_METADATA, true);

export const takesIdempotencyKey = (handler: object): boolean =>
  Reflect.getMetadata(IDEMPOTENCY_METADATA, handler) === true;
