import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  UseInterceptors,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { Visible } from '../access/visible-to.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { PageQuery } from '../database/page.js';
import { Idempotent } from '../idempotency/idempotent.decorator.js';
import { type KeepAnswer, IdempotentResponse } from '../idempotency/keep-answer.js';
import { ApiRoute } from '../openapi/api-route.decorator.js';
import { RowIdPipe } from '../validation/row-id.pipe.js';
import {
  type DocumentList,
  documentListSchema,
  documentSchema,
  type DocumentView,
  type SearchAnswer,
  searchAnswerSchema,
  writtenDocumentSchema,
} from './document.schema.js';
import {
  foundIds,
  listedIds,
  toList,
  toView,
  toWriter,
  withContent,
  withoutContent,
} from './document.views.js';
import { DocumentsService } from './documents.service.js';
import { UploadedDocumentDto } from './upload/upload.dto.js';
import { UploadInterceptor } from './upload/upload.interceptor.js';
import { LANGUAGES } from './search/languages.js';
import { FORMAT_LIST } from './formats/file-formats.js';
import { CreateDocumentDto, SearchDocumentsDto, UpdateDocumentDto } from './dto/document.dto.js';

const UPLOAD_FORM = {
  type: 'object',
  properties: {
    file: { type: 'string', format: 'binary', description: 'The file, with its name' },
    title: {
      type: 'string',
      minLength: 1,
      maxLength: 300,
      description: 'Default: that of the file, or its first heading, or its name',
    },
    language: { type: 'string', enum: [...LANGUAGES], description: 'Default: it is detected' },
  },
  required: ['file'],
  additionalProperties: false,
};

/** Documents over REST. */
@Controller('api/documents')
@AuditResource('document')
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  @Post()
  @Scopes('documents:write')
  @Idempotent(withContent)
  @AuditMetadata('title', 'filename', 'language')
  @ApiRoute({
    summary: 'Create a document',
    answer: writtenDocumentSchema,
    body: { title: 'Travel rules', content: 'Trains within the country, ...', filename: 'travel.md' },
  })
  async create(
    @CurrentCaller() caller: Caller,
    @Body() input: CreateDocumentDto,
    @IdempotentResponse() keep: KeepAnswer,
  ): Promise<Visible<DocumentView>> {
    const made = await this.documents.create(caller, input, keep(withoutContent));
    return toWriter(caller, toView(made), input);
  }

  @Post('upload')
  @RouteConfig({ takesForm: true })
  @UseInterceptors(UploadInterceptor)
  @Scopes('documents:write')
  @AuditMetadata('title', 'filename', 'language', 'format', 'bytes')
  @ApiRoute({
    summary: 'Create a document from a file',
    description: `The text of a file becomes a document: ${FORMAT_LIST}. The largest file is DOCUMENT_FILE_MAX_BYTES.`,
    answer: writtenDocumentSchema,
    form: UPLOAD_FORM,
    body: { file: '# Travel rules', title: 'Travel rules 2027', language: 'en' },
    errors: ['unsupported_document_format', 'bad_request'],
  })
  async upload(
    @CurrentCaller() caller: Caller,
    @Body() { format: _format, bytes: _bytes, ...input }: UploadedDocumentDto,
  ): Promise<Visible<DocumentView>> {
    return toWriter(caller, toView(await this.documents.create(caller, input)), input);
  }

  @Get()
  @Scopes('documents:read')
  @AuditMetadata('limit', 'cursor')
  @AuditTargets(listedIds, 'documents')
  @ApiRoute({ summary: 'List documents, newest first', answer: documentListSchema })
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<DocumentList> {
    return toList(await this.documents.list(caller, query));
  }

  @Post('search')
  @HttpCode(200)
  @Scopes('documents:read')
  @AuditMetadata('query', 'limit')
  @AuditTargets(foundIds, 'documents')
  @ApiRoute({
    summary: 'Search documents, best first',
    answer: searchAnswerSchema,
    body: { query: 'travel rules', limit: 10 },
  })
  search(@CurrentCaller() caller: Caller, @Body() input: SearchDocumentsDto): Promise<SearchAnswer> {
    return this.documents.search(caller, input);
  }

  @Get(':id')
  @Scopes('documents:read')
  @ApiRoute({ summary: 'A document', answer: documentSchema })
  get(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<DocumentView> {
    return this.documents.get(caller, id);
  }

  @Patch(':id')
  @Scopes('documents:write')
  @AuditMetadata('title', 'filename', 'language')
  @ApiRoute({
    summary: 'Change a document',
    answer: writtenDocumentSchema,
    body: { title: 'Travel rules 2027' },
  })
  async update(
    @CurrentCaller() caller: Caller,
    @Param('id', RowIdPipe) id: string,
    @Body() changes: UpdateDocumentDto,
  ): Promise<Visible<DocumentView>> {
    return toWriter(caller, toView(await this.documents.update(caller, id, changes)), changes);
  }

  @Delete(':id')
  @HttpCode(204)
  @Scopes('documents:delete')
  @ApiRoute({ summary: 'Delete a document' })
  delete(@CurrentCaller() caller: Caller, @Param('id', RowIdPipe) id: string): Promise<void> {
    return this.documents.delete(caller, id);
  }
}
