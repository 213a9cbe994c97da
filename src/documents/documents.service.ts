import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import pLimit from 'p-limit';
import { QueryFailedError, type Repository } from 'typeorm';
import { newId } from '../common/new-id.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { isCancelled, isTooLarge } from '../database/database-errors.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { PreparedRead } from '../database/prepared-read.js';
import { notFound, ServiceError, validationFailed } from '../errors/service-error.js';
import { ResourceUpdates } from '../mcp/registry/resource-updates.js';
import { AROUND_CUT } from '../secrets/whole-secrets.js';
import type { DocumentSummary, DocumentView, SearchAnswer, SearchResult } from './document.schema.js';
import { documentUri } from './document-uri.js';
import { HiddenSecrets, type Passage, wordsOfText } from './hidden-secrets.js';
import { Document } from './document.entity.js';
import type { CreateDocumentDto, SearchDocumentsDto, UpdateDocumentDto } from './dto/document.dto.js';

const HEADLINE =
  'StartSel=**, StopSel=**, MaxFragments=2, MaxWords=35, MinWords=10, FragmentDelimiter=" ... "';

const MAX_WORDS = 32;
/** The length of the part of a text from which an excerpt is made, in characters. */
const PASSAGE = 6_000;
const SEARCH_MS = 3_000;
/** The limit on concurrent searches. The pool has more connections, so that other queries need not wait. */
const SEARCHES_AT_ONCE = 6;

/**
 * Headlines are made only for the returned rows, and from the part of the text around the first word of the query,
 * because their cost grows with the length of the text and the number of words. The text around that part is returned
 * too, because a secret may begin or end in it.
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
         ts_headline('english', passage, q, '${HEADLINE}') AS excerpt,
         substr(content, greatest(1, at - ${AROUND_CUT}), least(at - 1, ${AROUND_CUT})) AS before,
         passage,
         substr(content, at + ${PASSAGE}, ${AROUND_CUT}) AS after
  FROM found
  CROSS JOIN LATERAL (SELECT greatest(1, strpos(lower(content), $4) - 1500) AS at OFFSET 0) AS start
  CROSS JOIN LATERAL (SELECT substr(content, at, ${PASSAGE}) AS passage OFFSET 0) AS part
  ORDER BY rank DESC, id DESC`;

/** Makes the headlines of passages whose secrets are hidden. */
const HEADLINES = `
  SELECT ts_headline('english', passage, websearch_to_tsquery('english', $2) || to_tsquery('simple', $3), '${HEADLINE}')
           AS excerpt
  FROM unnest($1::text[]) WITH ORDINALITY AS hidden (passage, number)
  ORDER BY number`;

const SUMMARY = ['id', 'title', 'filename', 'createdAt', 'updatedAt'] as const;
/** Follows every id, so a page that begins there is the first. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

type FoundRow = SearchResult & Passage;

/** Each document has one owner. Every statement has the owner's id, so another user's row is reported as not found. */
@Injectable()
export class DocumentsService {
  private readonly searches = pLimit(SEARCHES_AT_ONCE);
  private readonly gets: PreparedRead<DocumentView>;
  private readonly lists: PreparedRead<DocumentSummary>;

  constructor(
    @InjectRepository(Document) private readonly documents: Repository<Document>,
    private readonly updates: ResourceUpdates,
  ) {
    this.gets = PreparedRead.of(
      documents,
      'documents_get',
      ['id', 'title', 'content', 'filename', 'createdAt', 'updatedAt'],
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

  /** The newest come first, without their contents. */
  async list(ownerId: string, query: { limit?: number; cursor?: string }): Promise<Page<DocumentSummary>> {
    const limit = query.limit ?? 50;
    const after = afterId(query.cursor);
    const rows = await this.lists.rows([ownerId, after ?? LAST_ID, limit + 1]);
    return pageOf(rows, limit);
  }

  /** @throws notFound */
  async get(ownerId: string, id: string): Promise<DocumentView> {
    const [document] = await this.gets.rows([ownerId, id]);
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
        // Read while the row is locked, so that the response cannot contain a concurrent change by another caller.
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

  /** The best matches come first. */
  async search(ownerId: string, { query, limit = 10 }: SearchDocumentsDto): Promise<SearchAnswer> {
    const words = wordsOfText(query);
    if (words.length > MAX_WORDS) throw validationFailed([`query: has more than ${MAX_WORDS} words`]);
    const values = [ownerId, query, limit, words[0] ?? ''];
    const results = await this.searches(() => refuseTooCostly(() => this.querySearch(query, words, values)));
    return { results, count: results.length, query };
  }

  private querySearch(query: string, words: string[], values: unknown[]): Promise<SearchResult[]> {
    return this.documents.manager.transaction(async (manager) => {
      await manager.query(`SET LOCAL statement_timeout = ${SEARCH_MS}`);
      const rows = await manager.query<FoundRow[]>(SEARCH, values);
      const secrets = new HiddenSecrets(words);
      const hidden = rows.map((row) => secrets.hideIn(row));
      const passages = hidden.filter((passage) => passage !== undefined);
      const headlines =
        passages.length === 0
          ? []
          : await manager.query<{ excerpt: string }[]>(HEADLINES, [passages, query, secrets.query]);
      return rows.map(({ before: _before, passage: _passage, after: _after, ...result }, at) =>
        hidden[at] === undefined
          ? result
          : { ...result, excerpt: secrets.restoreIn(headlines.shift()!.excerpt) },
      );
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

/** Refuses a query that PostgreSQL rejects as too complex, or that exceeds the time of a search. */
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
