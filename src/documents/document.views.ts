import type { Caller } from '../access/caller.js';
import { type Visible, visibleTo } from '../access/visible-to.js';
import type { Page } from '../database/page.js';
import type { Retry } from '../idempotency/repeat.js';
import type { DocumentList, DocumentSummary, DocumentView, SearchAnswer } from './document.schema.js';
import type { ReachedDocument } from './sharing/reached-document.js';
import type { CreateDocumentDto } from './dto/document.dto.js';

export const toView = ({
  id,
  title,
  content,
  filename,
  language,
  createdAt,
  updatedAt,
  reached,
}: ReachedDocument): DocumentView => ({
  id,
  title,
  content,
  filename,
  language,
  createdAt,
  updatedAt,
  ...reached,
});

/** The response to a write. */
export const toWriter = (caller: Caller, document: DocumentView, sent: object): Visible<DocumentView> =>
  visibleTo(caller, 'documents:read', document, sent);

export const toList = ({ rows, nextCursor }: Page<DocumentSummary>): DocumentList => ({
  documents: rows,
  nextCursor,
});

/** The ids that audit rows record for a search and for a list. */
export const foundIds = ({ results }: SearchAnswer): string[] => results.map(({ id }) => id);
export const listedIds = ({ documents }: DocumentList): string[] => documents.map(({ id }) => id);

/** The version before kept no language. */
type KeptDocument = Omit<DocumentSummary, 'language'> & Partial<Pick<DocumentSummary, 'language'>>;

/** The stored part of a response to a creation. The content is left out, because the retry contains it. */
export const withoutContent = (document: ReachedDocument): DocumentSummary => {
  const { content: _, ...summary } = toView(document);
  return summary;
};

/** Restores the response to a creation with the content of the retry, which is the same. */
export const withContent = (kept: KeptDocument, { caller, body }: Retry): Visible<DocumentView> => {
  const { id, title, filename, language = null, ...times } = kept;
  const sent = body as CreateDocumentDto;
  return toWriter(caller, { id, title, content: sent.content, filename, language, ...times }, sent);
};
