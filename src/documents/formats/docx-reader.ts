import mammoth from 'mammoth';
import type { ExtractedText } from './extracted-text.js';
import { htmlText } from './html-reader.js';
import { UnusableFile } from './unusable-file.js';
import { ZipEntries } from './zip-entries.js';

/** Of all parts that are read. Pictures are not. */
const MAX_UNPACKED_BYTES = 48 * 1024 * 1024;
const PROPERTIES = 'docProps/core.xml';

type MammothInput = Parameters<typeof mammoth.convertToHtml>[0];

/** Reads a document of Word: its paragraphs, headings, lists, tables and notes. */
export async function readDocx(bytes: Buffer): Promise<ExtractedText> {
  const zip = await ZipEntries.open(bytes, MAX_UNPACKED_BYTES);
  if (!zip.has('[Content_Types].xml')) throw new UnusableFile('a zip, but not a DOCX');
  const title = zip.has(PROPERTIES) ? titleOf((await zip.read(PROPERTIES)).toString('utf8')) : '';
  const { value } = await mammoth.convertToHtml(fileOf(zip), {
    styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Code'] => pre:separator('\n')"],
    convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
    externalFileAccess: false,
  });
  const { content } = htmlText(value);
  return { ...(title !== '' && { title }), content };
}

/** mammoth takes an opened file in place of bytes, which its types do not say. So only bounded parts reach it. */
const fileOf = (zip: ZipEntries): MammothInput =>
  ({
    file: {
      exists: (name: string) => zip.has(name),
      read: async (name: string, encoding?: string) => {
        const part = await zip.read(name);
        if (encoding === undefined) return part;
        return encoding === 'base64' ? part.toString('base64') : new TextDecoder(encoding).decode(part);
      },
    },
  }) as unknown as MammothInput;

const titleOf = (properties: string): string =>
  htmlText(/<dc:title>([^<]{1,1000})<\/dc:title>/.exec(properties)?.[1] ?? '').content;
