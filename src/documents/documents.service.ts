import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import { LessThan, QueryFailedError, type Repository } from 'typeorm';
import { newId } from '../common/new-id.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { isCancelled, isTooLarge } from '../database/database-errors.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { notFound, ServiceError, validationFailed } from '../errors/service-error.js';
import { ResourceUpdates } from '../mcp/registry/resource-updates.js';
import type { DocumentSummary, SearchAnswer, SearchResult } from './document.schema.js';
import { documentUri } from './document-uri.js';
import { Document } from './document.entity.js';
import type { CreateDocumentDto, SearchDocumentsDto, UpdateDocumentDto } from './dto/document.dto.js';

const HEADLINE =
  'StartSel=**, StopSel=**, MaxFragments=2, MaxWords=35, MinWords=10, FragmentDelimiter=" ... "';

const MAX_WORDS = 32;
const SEARCH_MS = 3_000;
/** Of all searches of this process: the pool has more connections than this, so that nothing else waits for them. */
const SEARCHES_AT_ONCE = 6;

/**
 * Headlines are cut only for the rows of the answer, and from a part of the text around the first word that was asked
 * for: they cost by the length of what they read and by the number of words.
 */
const SEARCH = `
  WITH found AS (
    SELECT d.id, d.title, d.content, d.filename, d.created_at, ts_rank(d.search, q) AS rank, q
    FROM documents d, websearch_to_tsquery('english', $2) q
    WHERE d.owner_id = $1 AND d.search @@ q
    ORDER BY rank DESC, d.id DESC
    LIMIT $3
  )
  SELECT id, title, filename, created_at AS "createdAt", rank,
         ts_headline('english', substr(content, greatest(1, strpos(lower(content), $4) - 1500), 6000), q, '${HEADLINE}')
           AS excerpt
  FROM found ORDER BY rank DESC, id DESC`;

/** Texts of one owner each. Every statement carries the owner's id: somebody else's row does not exist. */
@Injectable()
export class DocumentsService {
  private readonly searches = pLimit(SEARCHES_AT_ONCE);

  constructor(
    @InjectRepository(Document) private readonly documents: Repository<Document>,
    private readonly updates: ResourceUpdates,
  ) {}

  async create(
    ownerId: string,
    { title, content, filename }: CreateDocumentDto,
    alongside: InTransaction<Document> = nothingAlongside,
  ): Promise<Document> {
    const document = this.documents.create({
      id: newId(),
      ownerId,
      title,
      content,
      filename: filename ?? null,
    });
    return refuseTooLarge(() =>
      this.documents.manager.transaction(async (manager) => {
        const made = await manager.save(document);
        await alongside(manager, made);
        return made;
      }),
    );
  }

  /** Newest first, without the texts. */
  async list(ownerId: string, query: { limit?: number; cursor?: string }): Promise<Page<DocumentSummary>> {
    const limit = query.limit ?? 50;
    const after = afterId(query.cursor);
    const rows = await this.documents.find({
      select: { id: true, title: true, filename: true, createdAt: true, updatedAt: true },
      where: { ownerId, ...(after && { id: LessThan(after) }) },
      order: { id: 'DESC' },
      take: limit + 1,
    });
    return pageOf(rows, limit);
  }

  /** @throws notFound */
  async get(ownerId: string, id: string): Promise<Document> {
    const document = await this.documents.findOneBy({ id, ownerId });
    if (!document) throw notFound('Document');
    return document;
  }

  /** @throws notFound, validationFailed when nothing is to be changed */
  async update(
    ownerId: string,
    id: string,
    { title, content, filename }: UpdateDocumentDto,
  ): Promise<Document> {
    if (title === undefined && content === undefined && filename === undefined) {
      throw validationFailed(['nothing to change: give title, content or filename']);
    }
    const changes = {
      ...(title !== undefined && { title }),
      ...(content !== undefined && { content }),
      ...(filename !== undefined && { filename }),
    };
    const changed = await refuseTooLarge(() =>
      this.documents.manager.transaction(async (manager) => {
        await manager.update(Document, { id, ownerId }, changes);
        // While the row is held: a change by somebody else in between would be answered to who did not send it.
        return manager.findOneBy(Document, { id, ownerId });
      }),
    );
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

  /** Best first. */
  async search(ownerId: string, { query, limit = 10 }: SearchDocumentsDto): Promise<SearchAnswer> {
    const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    if (words.length > MAX_WORDS) throw validationFailed([`query: has more than ${MAX_WORDS} words`]);
    const values = [ownerId, query, limit, words[0] ?? ''];
    const results = await this.searches(() => refuseTooCostly(() => this.runSearch(values)));
    return { results, count: results.length, query };
  }

  private runSearch(values: unknown[]): Promise<SearchResult[]> {
    return this.documents.manager.transaction(async (manager) => {
      await manager.query(`SET LOCAL statement_timeout = ${SEARCH_MS}`);
      return manager.query<SearchResult[]>(SEARCH, values);
    });
  }
}

async function refuseTooLarge<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    throw new ServiceError(
      'payload_too_large',
      'The text has too many different words to be searchable; split it',
      {
        cause: error,
      },
    );
  }
}

/** PostgreSQL gave up on the query, or ran out of the time that a search may take. */
async function refuseTooCostly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const tooDeep = error instanceof QueryFailedError && error.message.includes('tsquery');
    if (tooDeep || isCancelled(error))
      throw validationFailed(['query: too costly; use fewer or rarer words']);
    throw error;
  }
}
