import { Body, Controller, Get, Put, UseInterceptors } from '@nestjs/common';
import { Scopes } from '../access/access.decorators.js';
import { CurrentRequester, type Requester } from '../access/requester.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { type AuditChange, AuditedChange } from '../audit/recording/change-row.js';
import { SettlesInterceptor } from '../coherence/settles.interceptor.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { SynonymsDto } from './dto/synonyms.dto.js';
import { type SynonymsView, synonymsSchema } from './synonyms.schema.js';
import { SynonymsService } from './synonyms.service.js';

/** The synonyms of the search. */
@Controller('api/documents/synonyms')
@AuditResource('document_synonyms')
@UseInterceptors(SettlesInterceptor)
export class SynonymsController {
  constructor(private readonly synonyms: SynonymsService) {}

  @Get()
  @Scopes('documents:read')
  @ApiRoute({ summary: 'List the synonyms of the search', answer: synonymsSchema })
  list(): Promise<SynonymsView> {
    return this.synonyms.list();
  }

  @Put()
  @Scopes('documents:manage')
  @ApiRoute({
    summary: 'Replace the synonyms of the search',
    description: 'Every replica searches with them when it is answered.',
    answer: synonymsSchema,
    body: { groups: [['deck', 'presentation']] },
  })
  replace(
    @CurrentRequester() by: Requester,
    @Body() { groups }: SynonymsDto,
    @AuditedChange() audit: AuditChange,
  ): Promise<SynonymsView> {
    return this.synonyms.replace(
      by,
      groups,
      audit(() => ({ id: 'all', metadata: { groups: groups.length } })),
    );
  }
}
