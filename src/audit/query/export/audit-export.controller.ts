import { Controller, Get, Query, Req, StreamableFile } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../../../access/access.decorators.js';
import type { Caller, CallerRequest } from '../../../access/caller.js';
import { ApiRoute } from '../../../openapi/api-route.decorator.js';
import { AuditResource } from '../../recording/audit-resource.decorator.js';
import { AuditSubjects } from '../../recording/audit-subjects.js';
import { AuditExportQuery } from '../dto/audit-export-query.dto.js';
import { AUDIT_SCOPE } from '../reader-check.js';
import { AuditExportService } from './audit-export.service.js';
import { FORMATS } from './export-formats.js';

@Controller('api/audit/export')
@AuditResource('audit')
export class AuditExportController {
  constructor(
    private readonly exports: AuditExportService,
    private readonly subjects: AuditSubjects,
  ) {}

  @Get()
  @Scopes(AUDIT_SCOPE)
  @ApiRoute({
    summary: 'Take the audit trail away as a file, newest first',
    description:
      'The rows of the list with the same names, without an end to their number. In CSV, items of a list stand between ' +
      "`; `, and a text that a spreadsheet would run begins with `'`. A connection that breaks off: the file is not whole.",
    responses: {
      200: {
        description: 'A file',
        content: { 'application/x-ndjson': null, 'text/csv': null },
      },
    },
  })
  async export(
    @CurrentCaller() caller: Caller,
    @Query() { format = 'ndjson', ...filters }: AuditExportQuery,
    @Req() request: CallerRequest,
  ): Promise<StreamableFile> {
    this.subjects.note(request, { filters, format });
    const file = await this.exports.file(caller, request.ip, filters, format);
    const day = new Date().toISOString().slice(0, 10);
    return new StreamableFile(file, {
      type: FORMATS[format].type,
      disposition: `attachment; filename="audit-${day}.${format}"`,
    });
  }
}
