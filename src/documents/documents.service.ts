import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { newId } from '../common/new-id.js';
import { isForeignKeyViolation } from '../database/database-errors.js';
import { OrganizationData } from '../database/organization/organization-data.js';
import { type InTransaction, nothingAlongside } from '../database/transaction-hook.js';
import { afterId, type Page, pageOf } from '../database/page.js';
import { PreparedRead } from '../database/prepared-read.js';
import { forbidden, notFound, validationFailed } from '../errors/service-error.js';
import { ResourceUpdates } from '../mcp/registry/resource-updates.js';
import type { DocumentSummary, DocumentView, SearchAnswer } from './document.schema.js';
import { documentUri } from './document-uri.js';
import { Document } from './document.entity.js';
import { writeIndex } from './search/document-indexer.js';
import { DocumentSearch } from './search/document-search.js';
import { indexInSpaces } from './search/index-in-spaces.js';
import {
  accessOfMember,
  audienceOf,
  lockReached,
  reachedBy,
  type ReachedDocument,
} from './sharing/reached-document.js';
import {
  type KeptReached,
  readable,
  type Reader,
  reachedColumns,
  reachedOf,
  spaceOf,
} from './sharing/reader.js';
import type { CreateDocumentDto, SearchDocumentsDto, UpdateDocumentDto } from './dto/document.dto.js';

/** Follows every id, so a page that begins there is the first. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const SUMMARY = `d.id, d.title, d.filename, d.language, d.created_at AS "createdAt", d.updated_at AS "updatedAt"`;
const WHOLE = `${SUMMARY}, d.content`;
/** Most of what is read belongs to its reader, and is read with the least work. */
const OWN = `SELECT ${WHOLE} FROM documents d WHERE d.owner_id = $1 AND d.organization_id = $2 AND d.id = $3`;
const SHARED = `
  SELECT ${WHOLE}, ${reachedColumns('$1')} FROM documents d ${readable('$1', '$2')} AND d.id = $3`;
/** Of each team as many are read as of all together, so that none is left out. */
const LIST = `
  (SELECT ${SUMMARY}, NULL::uuid AS "ownerId", NULL AS access FROM documents d
   WHERE d.owner_id = $1 AND d.organization_id = $2 AND d.id < $3 ORDER BY d.id DESC LIMIT $4)
  UNION ALL
  (SELECT ${SUMMARY}, ${reachedColumns('$1')} FROM (
     SELECT DISTINCT found.id FROM (
       SELECT of_team.id FROM team_members m
       JOIN teams t ON t.id = m.team_id AND t.organization_id = $2
       CROSS JOIN LATERAL (
         (SELECT o.id FROM documents o WHERE o.owner_id = t.id AND o.id < $3 ORDER BY o.id DESC LIMIT $4)
         UNION ALL
         (SELECT s.document_id FROM document_shares s
          WHERE s.team_id = t.id AND s.document_id < $3 ORDER BY s.document_id DESC LIMIT $4)
       ) AS of_team (id)
       WHERE m.user_id = $1
       UNION ALL
       (SELECT s.document_id FROM document_shares s
        WHERE s.team_id = $1 AND s.document_id < $3 ORDER BY s.document_id DESC LIMIT $4)
     ) AS found (id) ORDER BY found.id DESC LIMIT $4
   ) AS shared JOIN documents d ON d.id = shared.id ${readable('$1', '$2')} AND d.owner_id <> $1)
  ORDER BY id DESC LIMIT $4`;

type Row<T> = T & KeptReached;

/**
 * Documents belong to a user or a team, and may be shared with teams. Every statement says who reads, so a row that the reader may not
 * read is reported as not found.
 */
@Injectable()
export class DocumentsService {
  private readonly own: PreparedRead<DocumentView>;
  private readonly shared: PreparedRead<Row<DocumentView>>;
  private readonly lists: PreparedRead<Row<DocumentSummary>>;

  constructor(
    @InjectDataSource() dataSource: DataSource,
    private readonly data: OrganizationData,
    private readonly updates: ResourceUpdates,
    private readonly searches: DocumentSearch,
  ) {
    this.own = new PreparedRead(dataSource, 'documents_get', OWN);
    this.shared = new PreparedRead(dataSource, 'documents_get_shared', SHARED);
    this.lists = new PreparedRead(dataSource, 'documents_list', LIST);
  }

  /**
   * @throws notFound where the owner shall be a team to which the writer does not belong, forbidden for an owner who was
   * removed from the organisation meanwhile
   */
  async create(
    by: Reader,
    { teamId, title, content, filename, language }: CreateDocumentDto,
    alongside: InTransaction<ReachedDocument> = nothingAlongside,
  ): Promise<ReachedDocument> {
    const ownerId = teamId ?? by.userId;
    const document = {
      id: newId(),
      ownerId,
      organizationId: by.organizationId,
      title,
      content,
      filename: filename ?? null,
      language: language ?? null,
    };
    return this.data.transaction(by, async (manager) => {
      const access = ownerId === by.userId ? 'owner' : await accessOfMember(manager, by, ownerId);
      const made = await manager.save(Document, document).catch(refuseFormerMember);
      await writeIndex(manager, { ...made, spaces: [spaceOf(by.organizationId, ownerId)] });
      const reached = reachedBy(by, made, access);
      await alongside(manager, reached);
      return reached;
    });
  }

  /** The newest come first, without their contents. */
  async list(reader: Reader, query: { limit?: number; cursor?: string }): Promise<Page<DocumentSummary>> {
    const limit = query.limit ?? 50;
    const after = afterId(query.cursor);
    const { userId, organizationId } = reader;
    const rows = await this.lists.rows([userId, organizationId, after ?? LAST_ID, limit + 1], reader);
    return pageOf(rows.map(withReached), limit);
  }

  /** @throws notFound */
  async get(reader: Reader, id: string): Promise<DocumentView> {
    const document = await this.find(reader, id);
    if (!document) throw notFound('Document');
    return document;
  }

  /** @returns nothing where the reader may not read such a document */
  async find(reader: Reader, id: string): Promise<DocumentView | undefined> {
    const values = [reader.userId, reader.organizationId, id];
    const [own] = await this.own.rows(values, reader);
    if (own) return own;
    const [shared] = await this.shared.rows(values, reader);
    return shared && withReached(shared);
  }

  /** @throws notFound, forbidden for who may only read it, validationFailed when nothing is to be changed */
  async update(
    by: Reader,
    id: string,
    { title, content, filename, language }: UpdateDocumentDto,
  ): Promise<ReachedDocument> {
    const changes = {
      ...(title !== undefined && { title }),
      ...(content !== undefined && { content }),
      ...(filename !== undefined && { filename }),
      ...(language !== undefined && { language }),
    };
    if (Object.keys(changes).length === 0) {
      throw validationFailed(['nothing to change: give title, content, filename or language']);
    }
    const { changed, audience } = await this.data.transaction(by, async (manager) => {
      const access = await lockReached(manager, by, id, 'editor');
      await manager.update(Document, { id }, changes);
      // The row is locked, so the response cannot contain a concurrent change by another caller.
      const found = await manager.findOneByOrFail(Document, { id });
      await indexInSpaces(manager, found);
      return { changed: reachedBy(by, found, access), audience: await audienceOf(manager, id) };
    });
    this.updates.tell(documentUri(id), audience);
    return changed;
  }

  /** @throws notFound, forbidden for who is not its owner */
  async delete(by: Reader, id: string): Promise<void> {
    const audience = await this.data.transaction(by, async (manager) => {
      await lockReached(manager, by, id, 'owner');
      const told = await audienceOf(manager, id);
      await manager.delete(Document, { id });
      return told;
    });
    this.updates.tell(documentUri(id), audience);
  }

  /** The best matches come first. */
  search(reader: Reader, { query, limit = 10 }: SearchDocumentsDto): Promise<SearchAnswer> {
    return this.searches.search(reader, query, limit);
  }
}

const withReached = <T>({ ownerId, access, ...document }: Row<T>) => ({
  ...document,
  ...reachedOf({ ownerId, access }),
});

function refuseFormerMember(error: unknown): never {
  if (isForeignKeyViolation(error, 'documents_member_fkey'))
    throw forbidden('The owner does not belong to the organization any more', 'not_a_member');
  throw error;
}
