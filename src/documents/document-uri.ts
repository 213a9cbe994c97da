/** A document as an MCP resource. */
export const DOCUMENT_URI = 'document://{id}';

export const documentUri = (id: string): string => `document://${id}`;

export const documentIdOf = (uri: string): string => uri.slice('document://'.length);
