import { createParamDecorator, SetMetadata } from '@nestjs/common';
import { requestOf } from './caller.js';

export const ACCESS_METADATA = Symbol.for('bouncer-mcp:access');

/** Who may call a handler. A handler without a rule refuses everybody. */
export type AccessRule =
  { kind: 'public' } | { kind: 'authenticated' } | { kind: 'scopes'; scopes: readonly string[] };

/**
 * The scopes that a REST handler or an MCP tool asks for, each `resource:action`. Several mean all of them.
 * On a class: for each of its handlers that says nothing itself. A text that is no scope ends the start.
 *
 * @example `@Scopes('documents:write')`
 */
export function Scopes(...scopes: [string, ...string[]]) {
  if (scopes.length === 0) throw new TypeError('@Scopes() names no scope; any valid key is @Authenticated()');
  return SetMetadata(ACCESS_METADATA, { kind: 'scopes', scopes } satisfies AccessRule);
}

/**
 * Lets every valid key call: for what concerns the caller alone (`whoami`, `GET /api/me`).
 *
 * @example
 * ```ts
 * @Get('me')
 * @Authenticated()
 * me(@CurrentCaller() caller: Caller) {
 *   return { email: caller.email };
 * }
 * ```
 */
export const Authenticated = () =>
  SetMetadata(ACCESS_METADATA, { kind: 'authenticated' } satisfies AccessRule);

/**
 * Lets everybody call without a key, such as a monitor that asks for the health of the service.
 *
 * @example
 * ```ts
 * @Get('status')
 * @Public()
 * status() {
 *   return { status: 'ok' };
 * }
 * ```
 */
export const Public = () => SetMetadata(ACCESS_METADATA, { kind: 'public' } satisfies AccessRule);

/**
 * Gives a handler the {@link Caller} behind the call, in REST handlers and in MCP tools alike.
 *
 * @example
 * ```ts
 * list(@CurrentCaller() caller: Caller) {
 *   return this.invoices.ofOwner(caller.userId);
 * }
 * ```
 */
export const CurrentCaller = createParamDecorator((_: unknown, context) => requestOf(context).user);
