import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { accessRuleOf, refusalOf } from './access-policy.js';
import { requestOf } from './caller.js';

/**
 * Enforces `@Scopes`, `@Authenticated` and `@Public` on every handler, REST and MCP.
 *
 * @example `@UseGuards(ApiKeyGuard, UserThrottlerGuard, ScopesGuard)` on a controller of an application that embeds Bouncer
 */
@Injectable()
export class ScopesGuard implements CanActivate {
  constructor(@InjectSettings() private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const rule = accessRuleOf(context.getHandler(), context.getClass());
    if (rule === undefined && this.settings.embedded && context.getType() === 'http') return true;
    const refusal = refusalOf(rule, requestOf(context).user);
    if (refusal) throw refusal;
    return true;
  }
}
