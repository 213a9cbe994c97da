/** The process that reads files. It knows no setting, has no connection, and may be killed at any time. */
import { Worker } from 'node:worker_threads';
import type { ExtractedText } from './extracted-text.js';
import type { ParseAnswer, ParsedFormat, ParseRequest } from './parser-messages.js';
import { MAX_RSS_BYTES } from './parser-messages.js';
import { cleanText } from './text-blocks.js';
import { UnusableFile } from './unusable-file.js';

const MAX_REASON = 200;

/** Libraries are loaded with the first file of their format. */
const READERS: Record<ParsedFormat, (bytes: Buffer, maxLetters: number) => Promise<ExtractedText>> = {
  html: async (bytes) => (await import('./html-reader.js')).readHtml(bytes),
  docx: async (bytes) => (await import('./docx-reader.js')).readDocx(bytes),
  pdf: async (bytes, maxLetters) => (await import('./pdf-reader.js')).readPdf(bytes, maxLetters),
};

async function answerTo({ format, bytes, maxLetters }: ParseRequest): Promise<ParseAnswer> {
  try {
    const { title, content } = await READERS[format](Buffer.from(bytes), maxLetters);
    const text = { ...(title !== undefined && { title: cleanText(title) }), content: cleanText(content) };
    return { text, rss: process.memoryUsage.rss() };
  } catch (error) {
    return { unusable: reasonOf(error), rss: process.memoryUsage.rss() };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UnusableFile) return error.message;
  return `is damaged: ${error instanceof Error ? error.message : String(error)}`.slice(0, MAX_REASON);
}

new Worker(new URL('./memory-watch.js', import.meta.url), {
  workerData: { maxBytes: MAX_RSS_BYTES, parent: process.ppid },
}).unref();
process.on(
  'message',
  (request: ParseRequest) => void answerTo(request).then((answer) => process.send!(answer)),
);
process.on('disconnect', () => process.exit());
// A promise that a library forgot must not end the reading of a file.
process.on('unhandledRejection', () => undefined);
