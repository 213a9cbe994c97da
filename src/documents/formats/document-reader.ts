import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { MAX_CONTENT } from '../dto/document.dto.js';
import { decodeUtf8 } from './decode-text.js';
import type { ExtractedText } from './extracted-text.js';
import { type FileFormat, FORMAT_LIST, formatOf, formatOfName } from './file-formats.js';
import { ParserPool } from './parser-pool.js';
import { titleOf } from './titles.js';
import { TOO_LONG, UnusableFile } from './unusable-file.js';

/** A file as a document. */
export interface ReadFile {
  title: string;
  content: string;
  format: FileFormat;
}

/** A file with its bytes. */
export interface FileBytes {
  /** With its extension; a path is possible. */
  name: string;
  /** As its sender called it. */
  mediaType?: string;
  bytes: Buffer;
}

/** Thrown for a file of a format that cannot become a document. */
export class UnknownFormat extends UnusableFile {
  override name = 'UnknownFormat';
}

/** Makes documents of files. What only libraries can read is read in another process. */
@Injectable()
export class DocumentReader {
  constructor(
    private readonly pool: ParserPool,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  /**
   * Reads a file of the disk.
   * @throws UnusableFile, for one that is too large before it is read
   */
  async load(path: string): Promise<Buffer> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (isText(formatOfName(path)) && size > MAX_CONTENT * 4) throw new UnusableFile(TOO_LONG);
      const { maxFileBytes } = this.settings.documents;
      if (size > maxFileBytes) throw new UnusableFile(`larger than ${maxFileBytes} bytes`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  /** @throws UnusableFile, UnknownFormat */
  async read(file: FileBytes): Promise<ReadFile> {
    const format = formatOf(file.name, file.mediaType, file.bytes);
    if (!format) throw new UnknownFormat(`The file must be one of: ${FORMAT_LIST}`);
    const { title, content } = await this.textOf(format, file.bytes);
    if (content.trim() === '') throw new UnusableFile(isText(format) ? 'empty' : 'has no text');
    if (content.length > MAX_CONTENT) throw new UnusableFile(TOO_LONG);
    return { title: titleOf({ title, content }, basename(file.name)), content, format };
  }

  private textOf({ name }: FileFormat, bytes: Buffer): ExtractedText | Promise<ExtractedText> {
    if (name === 'markdown' || name === 'text') {
      // A character takes at most four bytes.
      if (bytes.length > MAX_CONTENT * 4) throw new UnusableFile(TOO_LONG);
      return { content: decodeUtf8(bytes) };
    }
    return this.pool.parse({ format: name, bytes, maxLetters: MAX_CONTENT });
  }
}

const isText = (format: FileFormat | undefined): boolean =>
  format?.name === 'markdown' || format?.name === 'text';
