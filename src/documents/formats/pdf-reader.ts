import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/types/src/pdf.js';
import type { ExtractedText } from './extracted-text.js';
import type { OutlineEntry } from './pdf-headings.js';
import { blocksOf } from './pdf-layout.js';
import { linesOf, type PageLine, type PlacedText } from './pdf-lines.js';
import { withoutMargins } from './pdf-margins.js';
import { joinBlocks } from './text-blocks.js';
import { TOO_LONG, UnusableFile } from './unusable-file.js';

const MAX_OUTLINE = 5_000;

type Pdfjs = typeof import('pdfjs-dist/types/src/pdf.js');
type TextContent = Awaited<ReturnType<PDFPageProxy['getTextContent']>>;
type TextItem = Extract<TextContent['items'][number], { str: string }>;
type Outline = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>;

/** Where pdf.js has the tables of East Asian encodings and the standard fonts. */
const folder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));

let loading: Promise<Pdfjs> | undefined;

/** Loads pdf.js, which makes a matrix when it is loaded. Drawing needs its methods, reading text does not. */
function load(): Promise<Pdfjs> {
  Object.assign(globalThis, { DOMMatrix: class {}, ImageData: class {}, Path2D: class {} });
  return (loading ??= import('pdfjs-dist/legacy/build/pdf.mjs') as Promise<Pdfjs>);
}

/** Reads the text of a PDF in the order of its pages. @throws UnusableFile */
export async function readPdf(bytes: Buffer, maxLetters: number): Promise<ExtractedText> {
  const pdfjs = await load();
  const task = pdfjs.getDocument({
    data: new Uint8Array(bytes),
    cMapUrl: `${folder}/cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${folder}/standard_fonts/`,
    isEvalSupported: false,
    useSystemFonts: false,
    disableFontFace: true,
    useWasm: false,
    useWorkerFetch: false,
    stopAtErrors: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  try {
    return await textOf(pdfjs, await task.promise, maxLetters);
  } catch (error) {
    throw reasonOf(error);
  } finally {
    await task.destroy();
  }
}

async function textOf(pdfjs: Pdfjs, pdf: PDFDocumentProxy, maxLetters: number): Promise<ExtractedText> {
  const pages: PageLine[][] = [];
  let letters = 0;
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const lines = linesOf(number, await runsOf(pdfjs, page));
    page.cleanup();
    letters += lines.reduce((sum, { text }) => sum + text.length, 0);
    if (letters > maxLetters) throw new UnusableFile(TOO_LONG);
    pages.push(lines);
  }
  if (letters === 0) throw new UnusableFile('has no text: scanned pages need OCR first');
  const blocks = blocksOf(withoutMargins(pages), await outlineOf(pdf));
  const title = await titleOf(pdf);
  return { ...(title && { title }), content: joinBlocks(blocks) };
}

async function runsOf(pdfjs: Pdfjs, page: PDFPageProxy): Promise<PlacedText[]> {
  const { transform } = page.getViewport({ scale: 1 });
  const { items, styles } = await page.getTextContent();
  return items.filter(isText).map((item): PlacedText => {
    const [a, b, c, d, x, y] = pdfjs.Util.transform(transform, item.transform as number[]) as number[];
    return {
      text: item.str,
      x: x!,
      y: y!,
      width: item.width,
      size: Math.hypot(c!, d!),
      endsLine: item.hasEOL,
      isMono: styles[item.fontName]?.fontFamily === 'monospace',
      isLeftward: item.dir === 'rtl',
      isRotated: Math.abs(b!) > Math.abs(a!) * 0.1,
    };
  });
}

const isText = (item: TextContent['items'][number]): item is TextItem => 'str' in item;

async function outlineOf(pdf: PDFDocumentProxy): Promise<OutlineEntry[]> {
  const entries: OutlineEntry[] = [];
  let level = 1;
  // A broken outline is worth less than the text.
  let items = await pdf.getOutline().catch(() => undefined);
  while (items && items.length > 0 && entries.length < MAX_OUTLINE) {
    const below: Outline = [];
    for (const { title, items: inner } of items) {
      entries.push({ title, level });
      below.push(...(inner as Outline));
    }
    items = below;
    level++;
  }
  return entries;
}

async function titleOf(pdf: PDFDocumentProxy): Promise<string | undefined> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  const { Title: title } = info as { Title?: unknown };
  return typeof title === 'string' ? title : undefined;
}

function reasonOf(error: unknown): unknown {
  if (error instanceof UnusableFile || !(error instanceof Error)) return error;
  if (error.name === 'PasswordException') return new UnusableFile('is protected with a password');
  return new UnusableFile(`is damaged: ${error.message}`);
}
