import { Controller, Delete, HttpCode, Param, UseInterceptors } from '@nestjs/common';
import { Scopes } from '../../access/access.decorators.js';
import { CurrentRequester, type Requester } from '../../access/requester.js';
import { AuditResource } from '../../audit/recording/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../../audit/recording/change-row.js';
import { SettlesInterceptor } from '../../coherence/settles.interceptor.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { RowIdPipe } from '../../validation/row-id.pipe.js';
import { SecondFactorResets } from './second-factor-resets.js';

/** Lets administrators help people who lost their second factor. */
@Controller('api/users/:id/second-factor')
@UseInterceptors(SettlesInterceptor)
@AuditResource('user')
export class SecondFactorController {
  constructor(private readonly resets: SecondFactorResets) {}

  @Delete()
  @HttpCode(204)
  @Scopes('users:write')
  @ApiRoute({
    summary: 'Remove a user’s second factors',
    description:
      'One-time codes, recovery codes and passkeys. It ends the user’s sessions and all that programs may do for the user, and tells the user by mail. Administrators only, and not for oneself.',
  })
  resetSecondFactor(
    @CurrentRequester() by: Requester,
    @Param('id', RowIdPipe) id: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.resets.reset(
      by,
      id,
      audit<string>(() => ({ id })),
    );
  }
}
