import { Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, Scopes } from '../../access/access.decorators.js';
import type { Caller } from '../../access/caller.js';
import { CurrentRequester, type Requester } from '../../access/requester.js';
import { PageQuery } from '../../database/page.js';
import { ApiRoute } from '../../openapi/api-route.decorator.js';
import { AUDIT_SCOPE } from '../query/reader-check.js';
import { AuditMetadata } from '../recording/audit-metadata.decorator.js';
import { AuditResource } from '../recording/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../recording/change-row.js';
import {
  type Verification,
  type VerificationList,
  verificationListSchema,
  verificationSchema,
} from './verifications.schema.js';
import { VerificationsService } from './verifications.service.js';

const VERIFY_SCOPE = 'audit:verify';

@Controller('api/audit/verify')
@AuditResource('audit_verification')
export class VerificationsController {
  constructor(private readonly verifications: VerificationsService) {}

  @Post()
  @HttpCode(202)
  @Scopes(AUDIT_SCOPE, VERIFY_SCOPE)
  @ApiRoute({
    summary: 'Verify the audit',
    description:
      'Compares every row with the seals, as `bouncer audit verify` does, in a process of its own. `Location` names where to ask ' +
      'how far it is. One runs at a time: another one is refused with `conflict`, and `id` names the one that runs. A row is ' +
      'compared with the keys and the checkpoints of the replica that is asked.',
    answer: verificationSchema,
    errors: ['conflict'],
  })
  async begin(
    @CurrentRequester() by: Requester,
    @AuditedChange() audit: AuditChange,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Verification> {
    const begun = await this.verifications.begin(
      by,
      audit(({ id }) => ({ id })),
    );
    reply.header('Location', `/api/audit/verify/${begun.id}`);
    return begun;
  }

  @Get()
  @Scopes(AUDIT_SCOPE)
  @AuditMetadata('limit', 'cursor')
  @ApiRoute({
    summary: 'List the verifications of the audit, newest first',
    description: 'The newest 500 are kept. For auditors and administrators of the service.',
    answer: verificationListSchema,
  })
  list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<VerificationList> {
    return this.verifications.list(caller, query);
  }

  @Get(':id')
  @Scopes(AUDIT_SCOPE)
  @ApiRoute({
    summary: 'A verification of the audit, and what it found',
    description: 'For auditors and administrators of the service.',
    answer: verificationSchema,
  })
  get(@CurrentCaller() caller: Caller, @Param('id', ParseUUIDPipe) id: string): Promise<Verification> {
    return this.verifications.get(caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes(AUDIT_SCOPE, VERIFY_SCOPE)
  @ApiRoute({
    summary: 'Stop a verification of the audit',
    description: 'It stays in the list, as `stopped`. One that has ended is refused with `conflict`.',
    errors: ['conflict'],
  })
  stop(
    @CurrentRequester() by: Requester,
    @Param('id', ParseUUIDPipe) id: string,
    @AuditedChange() audit: AuditChange,
  ): Promise<void> {
    return this.verifications.stop(
      by,
      id,
      audit((verification) => ({ id: verification.id })),
    );
  }
}
