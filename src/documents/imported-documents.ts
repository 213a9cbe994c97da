import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository } from 'typeorm';
import { lineText } from '../validation/line-text.js';
import { Document } from './document.entity.js';
import { DocumentImport } from './document-import.entity.js';
import { DocumentsService } from './documents.service.js';

/** A folder that is imported for a user. */
export interface ImportRoot {
  ownerId: string;
  /** Its name: together with a relative path it says which document a file is. */
  source: string;
  /** Where it is. */
  folder: string;
}

export type ImportedText = Pick<Document, 'title' | 'content'>;

/** A document from before sources were kept; an import may have made it. */
export interface EarlierDocument {
  id: string;
  path: string;
  title: string;
  /** The part of its text where a heading is looked for. */
  beginning: string;
  /** SHA-256 of its text, in hexadecimal. */
  digest: string;
}

/** The documents that imports have made, by the files that they are. No other document is found here. */
@Injectable()
export class ImportedDocuments {
  constructor(
    @InjectRepository(DocumentImport) private readonly imports: Repository<DocumentImport>,
    private readonly documents: DocumentsService,
  ) {}

  /** Where the source was when it was last imported. */
  async folderOf(ownerId: string, source: string): Promise<string | null> {
    const known = await this.imports.findOne({
      select: { documentId: true, root: true },
      where: { ownerId, source },
    });
    return known?.root ?? null;
  }

  /** From now on the source is there. */
  async moveTo({ ownerId, source, folder }: ImportRoot): Promise<void> {
    await this.imports.update({ ownerId, source }, { root: folder });
  }

  async find({ ownerId, source }: ImportRoot, path: string): Promise<Document | undefined> {
    const found = await this.imports.findOne({
      where: { ownerId, source, path },
      relations: { document: true },
    });
    return found?.document;
  }

  async add({ ownerId, source, folder }: ImportRoot, path: string, text: ImportedText): Promise<void> {
    await this.documents.create(ownerId, { ...text, filename: lineText(path) }, async (manager, { id }) => {
      await manager.insert(DocumentImport, { documentId: id, ownerId, source, root: folder, path });
    });
  }

  async change({ ownerId }: ImportRoot, id: string, text: ImportedText): Promise<void> {
    await this.documents.update(ownerId, id, text);
  }

  /** What nobody has claimed yet. */
  earlier(ownerId: string): Promise<EarlierDocument[]> {
    return this.imports.query<EarlierDocument[]>(
      `SELECT d.id, i.path, d.title, left(d.content, 5000) AS beginning,
              encode(sha256(convert_to(d.content, 'UTF8')), 'hex') AS digest
       FROM document_imports i JOIN documents d ON d.id = i.document_id
       WHERE i.owner_id = $1 AND i.source IS NULL`,
      [ownerId],
    );
  }

  /** Makes an earlier document one of the source. */
  async claim({ source, folder }: ImportRoot, documentId: string): Promise<void> {
    await this.imports.update({ documentId, source: IsNull() }, { source, root: folder });
  }
}
