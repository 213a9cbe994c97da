import type { IncomingMessage } from 'node:http';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { finalize, type Observable } from 'rxjs';
import type { CallerRequest } from '../../access/caller.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ServiceError, validationFailed } from '../../errors/service-error.js';
import { lineText } from '../../validation/line-text.js';
import { DocumentReader, UnknownFormat } from '../formats/document-reader.js';
import { FILE_FORMATS } from '../formats/file-formats.js';
import { UnusableFile } from '../formats/unusable-file.js';
import type { UploadedDocumentDto } from './upload.dto.js';
import { readUploadForm, type UploadForm } from './upload-form.js';
import { UploadSlots } from './upload-slots.js';

const MAX_FILENAME = 500;

type UploadRequest = CallerRequest & { raw: IncomingMessage; body?: unknown };

/**
 * Reads the form of an upload, once the guards have admitted its caller, and makes of it the body that the handler is given.
 * So the rules for documents and the audit row are those of every other route.
 */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  private readonly slots = new UploadSlots();

  constructor(
    private readonly reader: DocumentReader,
    @InjectSettings() private readonly settings: Settings,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<UploadRequest>();
    if (!/^multipart\/form-data\b/i.test(request.raw.headers['content-type'] ?? ''))
      throw new ServiceError('unsupported_media_type', 'Send the file as a form of multipart/form-data');
    const release = this.slots.take(request.user!.userId);
    try {
      const form = await readUploadForm(request.raw, this.settings.documents.maxFileBytes);
      request.body = await this.documentOf(form);
      return next.handle().pipe(finalize(release));
    } catch (error) {
      release();
      throw error;
    }
  }

  private async documentOf({ name, mediaType, bytes, fields }: UploadForm): Promise<UploadedDocumentDto> {
    try {
      const { title, content, format } = await this.reader.read({ name, mediaType, bytes });
      const filename = lineText(name).slice(0, MAX_FILENAME);
      return { title, filename, ...fields, content, format: format.name, bytes: bytes.length };
    } catch (error) {
      throw refusalOf(error);
    }
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof UnknownFormat)
    return new ServiceError('unsupported_document_format', error.message, {
      data: { formats: FILE_FORMATS.map(({ name }) => name) },
    });
  return error instanceof UnusableFile ? validationFailed([`file: ${lineText(error.message)}`]) : error;
}
