import { SetMetadata } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';

export const RATE_LIMIT_COST_METADATA = Symbol.for('bouncer-mcp:rate-limit-cost');

export interface RateLimitCostOf {
  /** How many calls a request is: a batch carries several, a handshake none. */
  calls: (request: CallerRequest) => number;
  /** How many messages it carries beside them; a request of no call is one of these at least. */
  others?: (request: CallerRequest) => number;
}

/**
 * Sets how many calls a request to this handler counts as; without it, a request counts as one. What is no call is counted
 * apart, message by message and against the same limit, so that it can neither use up a user's calls nor be sent without end.
 *
 * @example
 * ```ts
 * @Post('invoices/batch')
 * @Scopes('invoices:write')
 * @RateLimitCost({ calls: ({ headers }) => Number(headers['x-invoice-count'] ?? 1) })
 * createAll(@Body() invoices: CreateInvoiceDto[]) {}
 * ```
 */
export const RateLimitCost = (cost: RateLimitCostOf) => SetMetadata(RATE_LIMIT_COST_METADATA, cost);
