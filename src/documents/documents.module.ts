import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { McpModule } from '../mcp/mcp.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { Document } from './document.entity.js';
import { DocumentReader } from './formats/document-reader.js';
import { ParserPool } from './formats/parser-pool.js';
import { DocumentImport } from './document-import.entity.js';
import { DocumentImporter } from './document-importer.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsPrompts } from './documents.prompts.js';
import { DocumentsResources } from './documents.resources.js';
import { DocumentsService } from './documents.service.js';
import { DocumentsTools } from './documents.tools.js';
import { ImportedDocuments } from './imported-documents.js';
import { DocumentIndex } from './search/document-index.entity.js';
import { DocumentSearch } from './search/document-search.js';
import { SearchConnections } from './search/search-connections.js';
import { DocumentTerm } from './search/document-term.entity.js';
import { DocumentWord } from './search/document-word.entity.js';
import { SynonymTerms } from './search/synonym-terms.js';
import { DocumentSynonyms } from './search/document-synonyms.entity.js';
import { OwnedDocuments } from './owned-documents.js';
import { PassageReader } from './passage-reader.js';
import { DocumentShare } from './sharing/document-share.entity.js';
import { DocumentSharesController } from './sharing/document-shares.controller.js';
import { DocumentShares } from './sharing/document-shares.service.js';
import { DocumentSourceShare } from './sharing/document-source-share.entity.js';
import { SourceSharesController } from './sharing/source-shares.controller.js';
import { SourceShares } from './sharing/source-shares.service.js';
import { SynonymsController } from './synonyms.controller.js';
import { SynonymsService } from './synonyms.service.js';
import { UploadInterceptor } from './upload/upload.interceptor.js';
import { UnindexedQueue } from './search/unindexed-queue.js';
import { UnusedWords } from './search/unused-words.js';
import { UnindexedDocument } from './search/unindexed-document.entity.js';
import { UnindexedDocuments } from './search/unindexed-documents.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      Document,
      DocumentImport,
      DocumentIndex,
      DocumentShare,
      DocumentSourceShare,
      DocumentTerm,
      DocumentWord,
      DocumentSynonyms,
      UnindexedDocument,
    ]),
    McpModule,
    OrganizationsModule,
  ],
  controllers: [SynonymsController, SourceSharesController, DocumentSharesController, DocumentsController],
  providers: [
    DocumentsService,
    DocumentShares,
    SourceShares,
    DocumentsTools,
    DocumentsResources,
    DocumentsPrompts,
    DocumentImporter,
    DocumentReader,
    UploadInterceptor,
    ParserPool,
    ImportedDocuments,
    DocumentSearch,
    SearchConnections,
    SynonymTerms,
    UnindexedDocuments,
    UnindexedQueue,
    UnusedWords,
    SynonymsService,
    PassageReader,
    OwnedDocuments,
  ],
  exports: [DocumentsService, PassageReader],
})
export class DocumentsModule {}
