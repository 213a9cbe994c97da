import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { accessRuleOf } from '../access/access-policy.js';

/**
 * Asks every REST request that is not for a `@Public()` handler for a valid key. A tool call passes: the request
 * that carried it was asked.
 */
@Injectable()
export class ApiKeyGuard extends AuthGuard('api-key') {
  override canActivate(context: ExecutionContext) {
    if (context.getType<string>() === 'mcp') return true;
    if (accessRuleOf(context.getHandler(), context.getClass())?.kind === 'public') return true;
    return super.canActivate(context);
  }
}
