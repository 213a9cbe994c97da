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
 * Sets how many calls a call of this handler counts as, in the budgets of the user and of the key; without it, one.
 * An MCP handler takes a number, which an administrator may replace for a tool (`PUT /api/limits/tools/{name}`). A REST
 * handler may also count by the request. Other messages are counted separately against the same limit, so that they
 * neither use up a user's calls nor are unlimited.
 *
 * @example
 * ```ts
 * @Tool({ name: 'reports_render', description: 'Renders a report' })
 * @Scopes('reports:read')
 * @RateLimitCost(5)
 * render(@Input() { id }: ReportDto) {}
 *
 * @Post('invoices/batch')
 * @Scopes('invoices:write')
 * @RateLimitCost({ calls: ({ headers }) => Number(headers['x-invoice-count'] ?? 1) })
 * createAll(@Body() invoices: CreateInvoiceDto[]) {}
 * ```
 */
export function RateLimitCost(cost: number | RateLimitCostOf): MethodDecorator {
  if (typeof cost === 'number') assertPositiveInteger('@RateLimitCost', cost);
  return SetMetadata(RATE_LIMIT_COST_METADATA, cost);
}

/** @throws TypeError while the class is declared */
export function assertPositiveInteger(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new TypeError(`${name} takes a whole number from 1 on, not ${String(value)}`);
}
