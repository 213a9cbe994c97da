import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { accessRuleOf, refusalOf } from './access-policy.js';
import { requestOf } from './caller.js';

/**
 * Holds every handler, REST or MCP, to its `@Scopes`, `@Authenticated` or `@Public`.
 *
 * @example `@UseGuards(ApiKeyGuard, UserThrottlerGuard, ScopesGuard)` on a controller of an application that embeds Bouncer
 */
@Injectable()
export class ScopesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const refusal = refusalOf(
      accessRuleOf(context.getHandler(), context.getClass()),
      requestOf(context).user,
    );
    if (refusal) throw refusal;
    return true;
  }
}
