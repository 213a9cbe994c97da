import { createParamDecorator } from '@nestjs/common';
import { Attachment } from '../common/attachment.js';
import { type CallerRequest, requestOf } from '../access/caller.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';

/**
 * Gives what a service has to commit alongside the row that it makes.
 * @param toAnswer what a retry is answered: never a secret, and at most 64 KiB of JSON
 * @example `return this.invoices.create(input, keep(toView));`
 */
export type KeepAnswer = <T>(toAnswer: (made: T) => object) => InTransaction<T>;

const keepers = new Attachment<KeepAnswer>();

export const setKeeper = (request: CallerRequest, keep: KeepAnswer) => keepers.set(request, keep);

const keepNothing: KeepAnswer = () => nothingAlongside;

/**
 * Gives a handler that is `@Idempotent()` its {@link KeepAnswer}; without an Idempotency-Key it keeps nothing.
 *
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
export const IdempotentResponse = createParamDecorator(
  (_: unknown, context) => keepers.get(requestOf(context)) ?? keepNothing,
);
