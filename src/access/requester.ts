import { createParamDecorator } from '@nestjs/common';
import { accessRuleOf } from './access-policy.js';
import { type Caller, requestOf } from './caller.js';

/**
 * Holds the caller as the guards admitted it, with what is needed to check it again: the guards may have used data of
 * the key that is some seconds old.
 */
export interface Requester {
  caller: Caller;
  /** The address of the request. */
  ip: string;
  /** The scopes that the handler requires. */
  scopes: readonly string[];
}

/**
 * Injects the {@link Requester} of a handler that changes keys or users. The handler's service reads the caller again
 * in the transaction of the change.
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
  if (!user || rule?.kind !== 'scopes')
    throw new Error('@CurrentRequester() needs @Scopes(...) on the handler');
  return { caller: user, ip, scopes: rule.scopes };
});
