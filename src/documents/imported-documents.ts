import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type FindOptionsWhere, IsNull, type Repository } from 'typeorm';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import { OrganizationData } from '../database/organization/organization-data.js';
import { lineText } from '../validation/line-text.js';
import { Document } from './document.entity.js';
import { DocumentImport } from './document-import.entity.js';
import type { Reader } from './sharing/reader.js';
import { DocumentsService } from './documents.service.js';
import type { Language } from './search/languages.js';

/** A folder that is imported for a user. */
export interface ImportRoot {
  ownerId: string;
  /** The name of the root. With a relative path it identifies the document of a file. */
  source: string;
  /** The path of the folder. */
  folder: string;
  /** Of all its texts; otherwise it is detected. */
  language?: Language;
}

export type ImportedText = Pick<Document, 'title' | 'content'> & { language?: Language };

/** A document that an import may have created before sources were recorded. */
export interface EarlierDocument {
  id: string;
  path: string;
  title: string;
  /** The part of the text that may contain the heading. */
  beginning: string;
  /** SHA-256 of the text, in hexadecimal. */
  digest: string;
}

/** The document of a file, with the digest of both. */
export interface KnownDocument {
  document: Document;
  digest: string | null;
}

/** Folders are imported into the default organisation. */
const importedBy = (ownerId: string): Reader => ({
  userId: ownerId,
  organizationId: DEFAULT_ORGANIZATION,
});

/** Finds and changes imported documents by their files. It never finds any other document. */
@Injectable()
export class ImportedDocuments {
  constructor(
    @InjectRepository(DocumentImport) private readonly imports: Repository<DocumentImport>,
    private readonly data: OrganizationData,
    private readonly documents: DocumentsService,
  ) {}

  /** The folder of the source at the last import. */
  async folderOf(ownerId: string, source: string): Promise<string | null> {
    const known = await this.imports.findOne({
      select: { documentId: true, root: true },
      where: { ownerId, source },
    });
    return known?.root ?? null;
  }

  /** Records a new folder for the source. */
  async moveTo({ ownerId, source, folder }: ImportRoot): Promise<void> {
    await this.imports.update({ ownerId, source }, { root: folder });
  }

  find({ ownerId, source }: ImportRoot, path: string): Promise<KnownDocument | undefined> {
    return this.known(ownerId, { source, path });
  }

  /** The document that no source has claimed yet. */
  findEarlier({ ownerId }: ImportRoot, documentId: string): Promise<KnownDocument | undefined> {
    return this.known(ownerId, { documentId });
  }

  private async known(
    ownerId: string,
    which: FindOptionsWhere<DocumentImport>,
  ): Promise<KnownDocument | undefined> {
    const found = await this.data.transaction(importedBy(ownerId), (manager) =>
      manager.findOne(DocumentImport, { where: { ...which, ownerId }, relations: { document: true } }),
    );
    return found?.document && { document: found.document, digest: found.digest };
  }

  /** The documents of a source by the paths of their files. */
  async paths({ ownerId, source }: ImportRoot): Promise<Map<string, string>> {
    const found = await this.imports.find({
      select: { documentId: true, path: true },
      where: { ownerId, source },
      order: { path: 'ASC' },
    });
    return new Map(found.map(({ path, documentId }) => [path, documentId]));
  }

  async add(
    { ownerId, source, folder }: ImportRoot,
    path: string,
    text: ImportedText,
    digest: string,
  ): Promise<void> {
    await this.documents.create(
      importedBy(ownerId),
      { ...text, filename: lineText(path) },
      async (manager, { id }) => {
        await manager.insert(DocumentImport, { documentId: id, ownerId, source, root: folder, path, digest });
      },
    );
  }

  async change({ ownerId }: ImportRoot, id: string, text: ImportedText, digest: string): Promise<void> {
    await this.documents.update(importedBy(ownerId), id, text);
    await this.record(id, digest);
  }

  /** Records what the document was made of. */
  async record(documentId: string, digest: string): Promise<void> {
    await this.imports.update({ documentId }, { digest });
  }

  async remove({ ownerId }: ImportRoot, documentId: string): Promise<void> {
    await this.documents.delete(importedBy(ownerId), documentId);
  }

  /** The documents that no source has claimed. */
  earlier(ownerId: string): Promise<EarlierDocument[]> {
    return this.data.query<EarlierDocument>(
      importedBy(ownerId),
      `SELECT d.id, i.path, d.title, left(d.content, 5000) AS beginning,
              encode(sha256(convert_to(d.content, 'UTF8')), 'hex') AS digest
       FROM document_imports i JOIN documents d ON d.id = i.document_id
       WHERE i.owner_id = $1 AND i.source IS NULL`,
      [ownerId],
    );
  }

  /** Assigns an earlier document to the source. */
  async claim({ source, folder }: ImportRoot, documentId: string): Promise<void> {
    await this.imports.update({ documentId, source: IsNull() }, { source, root: folder });
  }
}
