import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { newId } from '../common/new-id.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { PreparedRead } from '../database/prepared-read.js';
import { notFound, validationFailed } from '../errors/service-error.js';
import { ResourceUpdates } from '../mcp/registry/resource-updates.js';
import type { DocumentSummary, DocumentView, SearchAnswer } from './document.schema.js';
import { documentUri } from './document-uri.js';
import { Document } from './document.entity.js';
import { writeIndex } from './search/document-indexer.js';
import { DocumentSearch } from './search/document-search.js';
import type { CreateDocumentDto, SearchDocumentsDto, UpdateDocumentDto } from './dto/document.dto.js';

const SUMMARY = ['id', 'title', 'filename', 'language', 'createdAt', 'updatedAt'] as const;
/** Follows every id, so a page that begins there is the first. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Each document has one owner. Every statement has the owner's id, so another user's row is reported as not found. */
@Injectable()
export class DocumentsService {
  private readonly gets: PreparedRead<DocumentView>;
  private readonly lists: PreparedRead<DocumentSummary>;

  constructor(
    @InjectRepository(Document) private readonly documents: Repository<Document>,
    private readonly updates: ResourceUpdates,
    private readonly searches: DocumentSearch,
  ) {
    this.gets = PreparedRead.of(
      documents,
      'documents_get',
      ['id', 'title', 'content', 'filename', 'language', 'createdAt', 'updatedAt'],
      'WHERE owner_id = $1 AND id = $2',
    );
    this.lists = PreparedRead.of(
      documents,
      'documents_list',
      SUMMARY,
      'WHERE owner_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3',
    );
  }

  async create(
    ownerId: string,
    { title, content, filename, language }: CreateDocumentDto,
    alongside: InTransaction<Document> = nothingAlongside,
  ): Promise<Document> {
    const document = this.documents.create({
      id: newId(),
      ownerId,
      title,
      content,
      filename: filename ?? null,
      language: language ?? null,
    });
    return this.documents.manager.transaction(async (manager) => {
      const made = await manager.save(document);
      await writeIndex(manager, { ...made, spaces: [ownerId] });
      await alongside(manager, made);
      return made;
    });
  }

  /** The newest come first, without their contents. */
  async list(ownerId: string, query: { limit?: number; cursor?: string }): Promise<Page<DocumentSummary>> {
    const limit = query.limit ?? 50;
    const after = afterId(query.cursor);
    const rows = await this.lists.rows([ownerId, after ?? LAST_ID, limit + 1]);
    return pageOf(rows, limit);
  }

  /** @throws notFound */
  async get(ownerId: string, id: string): Promise<DocumentView> {
    const document = await this.find(ownerId, id);
    if (!document) throw notFound('Document');
    return document;
  }

  /** @returns nothing where the owner has no such document */
  async find(ownerId: string, id: string): Promise<DocumentView | undefined> {
    const [document] = await this.gets.rows([ownerId, id]);
    return document;
  }

  /** @throws notFound, validationFailed when nothing is to be changed */
  async update(
    ownerId: string,
    id: string,
    { title, content, filename, language }: UpdateDocumentDto,
  ): Promise<Document> {
    const changes = {
      ...(title !== undefined && { title }),
      ...(content !== undefined && { content }),
      ...(filename !== undefined && { filename }),
      ...(language !== undefined && { language }),
    };
    if (Object.keys(changes).length === 0) {
      throw validationFailed(['nothing to change: give title, content, filename or language']);
    }
    const changed = await this.documents.manager.transaction(async (manager) => {
      await manager.update(Document, { id, ownerId }, changes);
      // Read while the row is locked, so that the response cannot contain a concurrent change by another caller.
      const found = await manager.findOneBy(Document, { id, ownerId });
      if (found) await writeIndex(manager, { ...found, spaces: [ownerId] });
      return found;
    });
    if (!changed) throw notFound('Document');
    this.updates.tell(documentUri(id), ownerId);
    return changed;
  }

  /** @throws notFound */
  async delete(ownerId: string, id: string): Promise<void> {
    const { affected } = await this.documents.delete({ id, ownerId });
    if (!affected) throw notFound('Document');
    this.updates.tell(documentUri(id), ownerId);
  }

  /** The best matches come first. */
  search(ownerId: string, { query, limit = 10 }: SearchDocumentsDto): Promise<SearchAnswer> {
    return this.searches.search([ownerId], query, limit);
  }
}
