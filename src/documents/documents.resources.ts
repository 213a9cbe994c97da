import { Injectable } from '@nestjs/common';
import { CurrentCaller, Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { AuditMetadata } from '../audit/recording/audit-metadata.decorator.js';
import { AuditResource } from '../audit/recording/audit-resource.decorator.js';
import { AuditTargets } from '../audit/recording/audit-targets.decorator.js';
import { Input } from '../mcp/call/parameter.decorators.js';
import { Complete, type CompletionInput } from '../mcp/decorators/complete.decorator.js';
import { ResourceTemplate } from '../mcp/decorators/resource.decorator.js';
import { DOCUMENT_URI } from './document-uri.js';
import { DocumentsService } from './documents.service.js';
import { DocumentIdDto } from './dto/document.dto.js';

/** Documents as resources, for clients that attach them to a conversation. */
@Injectable()
@AuditResource('document')
export class DocumentsResources {
  constructor(private readonly documents: DocumentsService) {}

  @ResourceTemplate({
    name: 'document',
    title: 'Document',
    uriTemplate: DOCUMENT_URI,
    description:
      'The text of one of your documents, by the id that documents_search and documents_list give.',
    mimeType: 'text/markdown',
  })
  @Scopes('documents:read')
  async read(@Input() { id }: DocumentIdDto, @CurrentCaller() caller: Caller): Promise<string> {
    const { title, content } = await this.documents.get(caller, id);
    return content.startsWith('# ') ? content : `# ${title}\n\n${content}`;
  }

  /** Completes the ids of the newest documents only. Older ones are found by a search. */
  @Complete({ uriTemplate: DOCUMENT_URI, argument: 'id' })
  @Scopes('documents:read')
  @AuditMetadata('value')
  @AuditTargets((ids: string[]) => ids)
  async complete(@Input() { value }: CompletionInput, @CurrentCaller() caller: Caller): Promise<string[]> {
    const { rows } = await this.documents.list(caller, { limit: 100 });
    return rows.map(({ id }) => id).filter((id) => id.startsWith(value.toLowerCase()));
  }
}
