import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { isTooLarge } from '../database/database-errors.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { notFound, ServiceError, validationFailed } from '../errors/service-error.js';
import { Document } from './document.entity.js';
import type { CreateDocumentDto, SearchDocumentsDto, UpdateDocumentDto } from './dto/document.dto.js';

export interface SearchResult {
  id: string;
  title: string;
  /** The passages that match, the matching words between `**`. */
  excerpt: string;
  filename: string | null;
  rank: number;
  createdAt: Date;
}

export interface SearchAnswer {
  results: SearchResult[];
  count: number;
  query: string;
}

export type DocumentSummary = Pick<Document, 'id' | 'title' | 'filename' | 'createdAt' | 'updatedAt'>;

const HEADLINE =
  'StartSel=**, StopSel=**, MaxFragments=2, MaxWords=35, MinWords=10, FragmentDelimiter=" ... "';

/** Headlines are cut only for the rows of the answer: they read the whole text, ranking does not. */
const SEARCH = `
  WITH found AS (
    SELECT d.id, d.title, d.content, d.filename, d.created_at, ts_rank_cd(d.search, q) AS rank, q
    FROM documents d, websearch_to_tsquery('english', $2) q
    WHERE d.owner_id = $1 AND d.search @@ q
    ORDER BY rank DESC, d.id DESC
    LIMIT $3
  )
  SELECT id, title, filename, created_at AS "createdAt", rank,
         ts_headline('english', content, q, '${HEADLINE}') AS excerpt
  FROM found ORDER BY rank DESC, id DESC`;

/** Texts of one owner each. Every statement carries the owner's id: somebody else's row does not exist. */
@Injectable()
export class DocumentsService {
  constructor(@InjectRepository(Document) private readonly documents: Repository<Document>) {}

  async create(ownerId: string, { title, content, filename }: CreateDocumentDto): Promise<Document> {
    const document = this.documents.create({
      id: uuid(),
      ownerId,
      title,
      content,
      filename: filename ?? null,
    });
    return refuseTooLarge(() => this.documents.save(document));
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

  findByFilename(ownerId: string, filename: string): Promise<Document | null> {
    return this.documents.findOneBy({ ownerId, filename });
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
    await refuseTooLarge(() => this.documents.update({ id, ownerId }, changes));
    return this.get(ownerId, id);
  }

  /** @throws notFound */
  async delete(ownerId: string, id: string): Promise<void> {
    const { affected } = await this.documents.delete({ id, ownerId });
    if (!affected) throw notFound('Document');
  }

  /** Best first. */
  async search(ownerId: string, { query, limit = 10 }: SearchDocumentsDto): Promise<SearchAnswer> {
    const results = await this.documents.query<SearchResult[]>(SEARCH, [ownerId, query, limit]);
    return { results, count: results.length, query };
  }
}

async function refuseTooLarge<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    throw new ServiceError(
      'payload_too_large',
      413,
      'The text has too many different words to be searchable; split it',
      {
        cause: error,
      },
    );
  }
}
