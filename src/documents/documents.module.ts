import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { McpModule } from '../mcp/mcp.module.js';
import { Document } from './document.entity.js';
import { DocumentImport } from './document-import.entity.js';
import { DocumentImporter } from './document-importer.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsPrompts } from './documents.prompts.js';
import { DocumentsResources } from './documents.resources.js';
import { DocumentsService } from './documents.service.js';
import { DocumentsTools } from './documents.tools.js';
import { ImportedDocuments } from './imported-documents.js';

@Module({
  imports: [TypeOrmModule.forFeature([Document, DocumentImport]), McpModule],
  controllers: [DocumentsController],
  providers: [
    DocumentsService,
    DocumentsTools,
    DocumentsResources,
    DocumentsPrompts,
    DocumentImporter,
    ImportedDocuments,
  ],
  exports: [DocumentsService],
})
export class DocumentsModule {}
