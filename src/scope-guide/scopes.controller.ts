import { Controller, Get } from '@nestjs/common';
import { Authenticated } from '../access/access.decorators.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { type ScopeEntry, ScopeGuide } from './scope-guide.service.js';

@Controller('api/scopes')
@AuditResource('scope')
export class ScopesController {
  constructor(private readonly guide: ScopeGuide) {}

  /** All on one page: there are as many as the code asks for. */
  @Get()
  @Authenticated()
  list(): { scopes: readonly ScopeEntry[]; nextCursor: null } {
    return { scopes: this.guide.entries(), nextCursor: null };
  }
}
