import { extname } from 'node:path';
import { UnusableFile } from './unusable-file.js';

export type FormatName = 'markdown' | 'text' | 'html' | 'pdf' | 'docx';

export interface FileFormat {
  name: FormatName;
  /** How people call it. */
  label: string;
  /** In small letters, with the dot. */
  extensions: readonly string[];
  mediaTypes: readonly string[];
}

/** The formats that can become documents. */
export const FILE_FORMATS: readonly FileFormat[] = [
  {
    name: 'markdown',
    label: 'Markdown',
    extensions: ['.md', '.markdown', '.mdx'],
    mediaTypes: ['text/markdown', 'text/x-markdown'],
  },
  { name: 'text', label: 'text', extensions: ['.txt', '.text'], mediaTypes: ['text/plain'] },
  {
    name: 'html',
    label: 'HTML',
    extensions: ['.html', '.htm', '.xhtml'],
    mediaTypes: ['text/html', 'application/xhtml+xml'],
  },
  { name: 'pdf', label: 'PDF', extensions: ['.pdf'], mediaTypes: ['application/pdf'] },
  {
    name: 'docx',
    label: 'DOCX',
    extensions: ['.docx'],
    mediaTypes: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  },
];

/** What a reader of an error needs to know: which files are taken. */
export const FORMAT_LIST = FILE_FORMATS.map(
  ({ label, extensions }) => `${label} (${extensions.join(', ')})`,
).join(', ');

/** Within so many bytes a PDF has its signature, as the readers of PDF accept it. */
const PDF_SIGNATURE_WITHIN = 1024;
const OLD_OFFICE = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** The format that the name of a file says. */
export const formatOfName = (name: string): FileFormat | undefined => {
  const extension = extname(name).toLowerCase();
  return FILE_FORMATS.find(({ extensions }) => extensions.includes(extension));
};

/**
 * The format of a file: its extension says it, or else its media type, or else its first bytes. A file whose name says
 * another format than its bytes is refused, because one of both is a mistake.
 *
 * @returns nothing where the format is none of {@link FILE_FORMATS}
 * @throws UnusableFile
 */
export function formatOf(
  name: string,
  mediaType: string | undefined,
  bytes: Uint8Array,
): FileFormat | undefined {
  const format = formatOfName(name) ?? formatOfType(name, mediaType) ?? formatOfBytes(name, bytes);
  if (format) assertSignature(format, bytes);
  return format;
}

/** An unknown extension is not overruled: `budget.xlsx` is no text, whatever a client says. */
const formatOfType = (name: string, mediaType: string | undefined): FileFormat | undefined =>
  extname(name) === ''
    ? FILE_FORMATS.find(({ mediaTypes }) => mediaTypes.includes(mediaType?.toLowerCase() ?? ''))
    : undefined;

const formatOfBytes = (name: string, bytes: Uint8Array): FileFormat | undefined =>
  extname(name) === '' && isPdf(bytes) ? FILE_FORMATS.find((format) => format.name === 'pdf') : undefined;

function assertSignature({ name, label }: FileFormat, bytes: Uint8Array): void {
  if (bytes.length === 0) throw new UnusableFile('empty');
  if (name === 'pdf') {
    if (!isPdf(bytes)) throw new UnusableFile('not a PDF, whatever its name says');
  } else if (name === 'docx') {
    if (startsWith(bytes, OLD_OFFICE))
      throw new UnusableFile('not a DOCX: it is encrypted, or of an older version of Word');
    if (!isZip(bytes)) throw new UnusableFile('not a DOCX, whatever its name says');
  } else if (startsWith(bytes, '%PDF-') || isZip(bytes)) {
    throw new UnusableFile(`not ${label}, whatever its name says`);
  }
}

const isPdf = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, PDF_SIGNATURE_WITHIN)).includes('%PDF-');

const isZip = (bytes: Uint8Array): boolean => startsWith(bytes, 'PK\u0003\u0004');

const startsWith = (bytes: Uint8Array, signature: string | Buffer): boolean =>
  Buffer.from(bytes.subarray(0, signature.length)).equals(Buffer.from(signature));
