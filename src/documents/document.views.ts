import type { Page } from '../database/page.js';
import type { Retry } from '../idempotency/repeat.js';
import type { Document } from './document.entity.js';
import type { DocumentSummary } from './documents.service.js';
import type { CreateDocumentDto } from './dto/document.dto.js';

export type DocumentView = Pick<
  Document,
  'id' | 'title' | 'content' | 'filename' | 'createdAt' | 'updatedAt'
>;

export interface DocumentList {
  documents: DocumentSummary[];
  nextCursor: string | null;
}

export const toView = ({ id, title, content, filename, createdAt, updatedAt }: Document): DocumentView => ({
  id,
  title,
  content,
  filename,
  createdAt,
  updatedAt,
});

export const toList = ({ rows, nextCursor }: Page<DocumentSummary>): DocumentList => ({
  documents: rows,
  nextCursor,
});

/** What is kept of a creation's answer: the text need not be there a second time. */
export const withoutContent = (document: Document): DocumentSummary => {
  const { content: _, ...summary } = toView(document);
  return summary;
};

/** The answer of the creation again: a retry brings the same text with it. */
export const withContent = (kept: DocumentSummary, { body }: Retry): DocumentView => {
  const { id, title, ...rest } = kept;
  return { id, title, content: (body as CreateDocumentDto).content, ...rest };
};
