import type { Caller } from '../access/caller.js';
import { type Visible, visibleTo } from '../access/visible-to.js';
import type { Page } from '../database/page.js';
import type { Retry } from '../idempotency/repeat.js';
import type { Document } from './document.entity.js';
import type { DocumentList, DocumentSummary, DocumentView, SearchAnswer } from './document.schema.js';
import type { CreateDocumentDto } from './dto/document.dto.js';

export const toView = ({ id, title, content, filename, createdAt, updatedAt }: Document): DocumentView => ({
  id,
  title,
  content,
  filename,
  createdAt,
  updatedAt,
});

/** What the one who wrote it is answered. */
export const toWriter = (caller: Caller, document: DocumentView, sent: object): Visible<DocumentView> =>
  visibleTo(caller, 'documents:read', document, sent);

export const toList = ({ rows, nextCursor }: Page<DocumentSummary>): DocumentList => ({
  documents: rows,
  nextCursor,
});

/** What audit rows name of a search, and of a list. */
export const foundIds = ({ results }: SearchAnswer): string[] => results.map(({ id }) => id);
export const listedIds = ({ documents }: DocumentList): string[] => documents.map(({ id }) => id);

/** What is kept of a creation's answer: the text need not be there a second time. */
export const withoutContent = (document: Document): DocumentSummary => {
  const { content: _, ...summary } = toView(document);
  return summary;
};

/** The answer of the creation again: a retry brings the same text with it. */
export const withContent = (kept: DocumentSummary, { caller, body }: Retry): Visible<DocumentView> => {
  const { id, title, ...rest } = kept;
  const sent = body as CreateDocumentDto;
  return toWriter(caller, { id, title, content: sent.content, ...rest }, sent);
};
