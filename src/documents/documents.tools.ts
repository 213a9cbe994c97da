import { Injectable } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { Visible } from '../access/visible-to.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { Input } from '../mcp/call/parameter.decorators.js';
import { Tool } from '../mcp/decorators/tool.decorator.js';
import type { DocumentList, DocumentView, SearchAnswer } from './document.schema.js';
import { foundIds, listedIds, toList, toView, toWriter } from './document.views.js';
import { DocumentsService } from './documents.service.js';
import {
  CreateDocumentDto,
  DocumentIdDto,
  ListDocumentsDto,
  SearchDocumentsDto,
  UpdateDocumentByIdDto,
} from './dto/document.dto.js';

/** Documents as tools, for agents. */
@Injectable()
@AuditResource('document')
export class DocumentsTools {
  constructor(private readonly documents: DocumentsService) {}

  @Tool({
    name: 'documents_search',
    description:
      'Searches your documents. Ask a question in your own words, or use "a phrase", +must, -not, or, begin*. Returns the best matches, each with the excerpt of its best passage; cite them by title and passage id, and read the whole text with documents_get. unknownWords are in no document; didYouMean is a better query.',
    annotations: { readOnlyHint: true },
  })
  @Scopes('documents:read')
  @AuditMetadata('query', 'limit')
  @AuditTargets(foundIds, 'documents')
  search(@Input() input: SearchDocumentsDto, @CurrentCaller() caller: Caller): Promise<SearchAnswer> {
    return this.documents.search(caller, input);
  }

  @Tool({
    name: 'documents_get',
    description: 'Read one document as a whole.',
    annotations: { readOnlyHint: true },
  })
  @Scopes('documents:read')
  get(@Input() { id }: DocumentIdDto, @CurrentCaller() caller: Caller): Promise<DocumentView> {
    return this.documents.get(caller, id);
  }

  @Tool({
    name: 'documents_list',
    description:
      'List your documents, newest first, without their texts. To find a passage use documents_search.',
    annotations: { readOnlyHint: true },
  })
  @Scopes('documents:read')
  @AuditMetadata('limit', 'cursor')
  @AuditTargets(listedIds, 'documents')
  async list(@Input() input: ListDocumentsDto, @CurrentCaller() caller: Caller): Promise<DocumentList> {
    return toList(await this.documents.list(caller, input));
  }

  @Tool({
    name: 'documents_create',
    description: 'Store a new document.',
    annotations: { destructiveHint: false },
  })
  @Scopes('documents:write')
  @AuditMetadata('title', 'filename', 'language')
  async create(
    @Input() input: CreateDocumentDto,
    @CurrentCaller() caller: Caller,
  ): Promise<Visible<DocumentView>> {
    return toWriter(caller, toView(await this.documents.create(caller, input)), input);
  }

  @Tool({
    name: 'documents_update',
    description:
      'Change the title, text, file name or language of a document; what you leave out stays as it is.',
    annotations: { destructiveHint: true, idempotentHint: true },
  })
  @Scopes('documents:write')
  @AuditMetadata('title', 'filename', 'language')
  async update(
    @Input() { id, ...changes }: UpdateDocumentByIdDto,
    @CurrentCaller() caller: Caller,
  ): Promise<Visible<DocumentView>> {
    return toWriter(caller, toView(await this.documents.update(caller, id, changes)), changes);
  }

  @Tool({
    name: 'documents_delete',
    description: 'Delete a document for good.',
    annotations: { destructiveHint: true, idempotentHint: true },
  })
  @Scopes('documents:delete')
  async delete(
    @Input() { id }: DocumentIdDto,
    @CurrentCaller() caller: Caller,
  ): Promise<{ id: string; deleted: true }> {
    await this.documents.delete(caller, id);
    return { id, deleted: true };
  }
}
