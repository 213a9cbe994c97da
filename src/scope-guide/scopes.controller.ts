import { Controller, Get } from '@nestjs/common';
import { Authenticated } from '../access/access.decorators.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { type ScopeList, scopeListSchema } from './scope.schema.js';
import { ScopeGuide } from './scope-guide.service.js';

@Controller('api/scopes')
@AuditResource('scope')
export class ScopesController {
  constructor(private readonly guide: ScopeGuide) {}

  /** Returns all scopes on one page, because their number is fixed by the code. */
  @Get()
  @Authenticated()
  @ApiRoute({ summary: 'The scopes, and what asks for them', answer: scopeListSchema })
  list(): ScopeList {
    return { scopes: this.guide.entries(), nextCursor: null };
  }
}
