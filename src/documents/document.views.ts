import type { Page } from '../database/page.js';
import type { Document } from './document.entity.js';
import type { DocumentSummary } from './documents.service.js';

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
