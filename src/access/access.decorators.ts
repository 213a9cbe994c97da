import { createParamDecorator, SetMetadata } from '@nestjs/common';
import { requestOf } from './caller.js';

export const ACCESS_METADATA = Symbol.for('bouncer-mcp:access');

/** Says who may call a handler. A handler without a rule refuses everybody. */
export type AccessRule =
  { kind: 'public' } | { kind: 'authenticated' } | { kind: 'scopes'; scopes: readonly string[] };

/**
 * Sets the scopes that a REST handler or an MCP handler requires, each as `resource:action`. A caller needs all of
 * them. On a class it applies to each handler without a rule of its own. An invalid scope stops the start.
 *
 * @example `@Scopes('documents:write')`
 */
export function Scopes(...scopes: [string, ...string[]]) {
  if (scopes.length === 0)
    throw new TypeError('@Scopes() needs at least one scope; use @Authenticated() for any valid key');
  return SetMetadata(ACCESS_METADATA, { kind: 'scopes', scopes } satisfies AccessRule);
}

/**
 * Lets every valid key call a handler. It is meant for what concerns the caller alone (`whoami`, `GET /api/me`).
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
 * Lets every valid key call a handler that changes something, which decides by itself who may. Its calls have audit rows.
 *
 * @example
 * ```ts
 * @Post(':id/rotate')
 * @AuthenticatedChange()
 * rotate(@CurrentRequester() by: Requester, @Param('id') id: string) {
 *   return this.agents.rotate(by, id);
 * }
 * ```
 */
export const AuthenticatedChange = () =>
  SetMetadata(ACCESS_METADATA, { kind: 'scopes', scopes: [] } satisfies AccessRule);

/**
 * Lets everybody call a handler without a key, such as a monitor that checks the health of the service.
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
 * Injects the {@link Caller} of the request, in REST handlers and in MCP handlers.
 *
 * @example
 * ```ts
 * list(@CurrentCaller() caller: Caller) {
 *   return this.invoices.ofOwner(caller.userId);
 * }
 * ```
 */
export const CurrentCaller = createParamDecorator((_: unknown, context) => requestOf(context).user);
