import { SetMetadata } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';

export const RATE_LIMIT_COST_METADATA = Symbol.for('bouncer-mcp:rate-limit-cost');

export interface RateLimitCostOf {
  /** Returns the number of calls in a request: a batch has several, a handshake has none. */
  calls: (request: CallerRequest) => number;
  /** Returns the number of other messages in a request. A request without a call has at least one. */
  others?: (request: CallerRequest) => number;
}

/**
 * Sets how many calls a request to this handler counts as; without it, a request counts as one. Other messages are
 * counted separately against the same limit, so that they neither use up a user's calls nor are unlimited.
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
