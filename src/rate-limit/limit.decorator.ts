import { SetMetadata } from '@nestjs/common';
import { assertPositiveInteger } from './rate-limit-cost.decorator.js';

export const LIMIT_METADATA = Symbol.for('bouncer-mcp:limit');

export interface LimitOptions {
  /** The calls per minute of each user. */
  perMinute: number;
}

/**
 * Limits how often each user may call this handler, with all keys together and over all replicas. It counts beside the
 * budgets of the user and of the key: a call has to fit into each of them. An administrator may replace the number for a
 * tool (`PUT /api/limits/tools/{name}`). A REST handler without a caller counts by the address.
 *
 * @example
 * ```ts
 * @Tool({ name: 'reports_render', description: 'Renders a report' })
 * @Scopes('reports:read')
 * @Limit({ perMinute: 10 })
 * render(@Input() { id }: ReportDto) {}
 * ```
 */
export function Limit(options: LimitOptions): MethodDecorator {
  assertPositiveInteger('@Limit', options.perMinute);
  return SetMetadata(LIMIT_METADATA, options);
}
