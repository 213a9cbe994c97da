import { createParamDecorator } from '@nestjs/common';
import { accessRuleOf } from './access-policy.js';
import { type Caller, requestOf } from './caller.js';

/**
 * Who asks for something, as the guards let the request in, and what it takes to ask anew: the guards may go by what was
 * read of the key some seconds ago.
 */
export interface Requester {
  caller: Caller;
  /** From where. */
  ip: string;
  /** What the handler asks for. */
  scopes: readonly string[];
}

/**
 * The {@link Requester} of a handler that changes keys or users: its service reads the caller anew in the transaction of
 * the change.
 *
 * @example
 * ```ts
 * @Delete(':id')
 * @Scopes('keys:write')
 * revoke(@CurrentRequester() by: Requester, @Param('id') id: string) {
 *   return this.keys.revoke(by, id);
 * }
 * ```
 */
export const CurrentRequester = createParamDecorator((_: unknown, context): Requester => {
  const { user, ip } = requestOf(context);
  const rule = accessRuleOf(context.getHandler(), context.getClass());
  if (!user || rule?.kind !== 'scopes') throw new Error('@CurrentRequester() is for handlers with @Scopes');
  return { caller: user, ip, scopes: rule.scopes };
});
