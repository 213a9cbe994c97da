import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { TakesIdempotencyKey } from '../openapi/api-route.decorator.js';
import { type Repeat, REPEAT_METADATA } from './repeat.js';

/**
 * Honours the header `Idempotency-Key` on a REST handler that makes something
 * (draft-ietf-httpapi-idempotency-key-header): for 24 hours a user's request with the same key, route and body is given
 * the first answer again, with `Idempotent-Replayed: true`, and makes nothing. Another route or body: 422
 * `idempotency_key_reused`. While the first is under way: 409 `idempotency_in_progress`. After a failure the key is free.
 *
 * The handler passes `keep(toAnswer)` to the service, which runs it last in the transaction that makes the row.
 *
 * @param repeat makes the repeated answer of the kept one; without it, they are the same
 * @example
 * ```ts
 * @Post()
 * @Scopes('invoices:write')
 * @Idempotent()
 * create(@Body() input: CreateInvoiceDto, @IdempotentResponse() keep: KeepAnswer) {
 *   return this.invoices.create(input, keep(toView));
 * }
 * ```
 */
export const Idempotent = <T extends object>(repeat?: Repeat<T>) =>
  applyDecorators(
    TakesIdempotencyKey(),
    SetMetadata(REPEAT_METADATA, repeat),
    UseInterceptors(IdempotencyInterceptor),
  );
