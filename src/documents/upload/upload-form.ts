import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { ServiceError, validationFailed } from '../../errors/service-error.js';

/** The texts that may stand beside the file. */
const FIELDS: readonly string[] = ['title', 'language'];
const MAX_FIELD_BYTES = 4096;
/** What a form may have beside its file: boundaries, headers and fields. */
const MAX_OVERHEAD_BYTES = 64 * 1024;

/** A form with one file. */
export interface UploadForm {
  name: string;
  mediaType: string;
  bytes: Buffer;
  fields: Record<string, string>;
}

/**
 * Reads a form of `multipart/form-data` as it arrives. It has one file, `file`, and may have the fields `title` and
 * `language`.
 * @throws ServiceError as soon as the form is too large or has anything else
 */
export async function readUploadForm(request: IncomingMessage, maxBytes: number): Promise<UploadForm> {
  const { headers } = request;
  if (Number(headers['content-length']) > maxBytes + MAX_OVERHEAD_BYTES) throw tooLarge(maxBytes);
  const form = new FormReader(headers, maxBytes);
  try {
    // The connection stays open after a refusal, for the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)
      form.write(chunk);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('bad_request', 'The body was broken off', { cause: error });
  }
  return form.end();
}

class FormReader {
  private readonly parser: BusboyInstance;
  private readonly fields: Record<string, string> = {};
  private readonly chunks: Buffer[] = [];
  private file: { name: string; mediaType: string } | undefined;
  private refusal: ServiceError | undefined;
  private read = 0;
  private isWhole = false;

  constructor(
    headers: IncomingMessage['headers'],
    private readonly maxBytes: number,
  ) {
    try {
      this.parser = new Busboy({
        headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
        limits: { fieldNameSize: 100, fieldSize: MAX_FIELD_BYTES, parts: 10, headerPairs: 20 },
      });
    } catch (cause) {
      throw unreadable(cause);
    }
    this.parser
      .on('file', (field, stream, name, _encoding, mediaType) =>
        this.takeFile(field, stream, name, mediaType),
      )
      .on('field', (name, value, _nameCut, isCut) => this.takeField(name, value, isCut))
      .on('partsLimit', () => this.refuse(validationFailed(['the form has too many parts'])))
      .on('error', (cause) => this.refuse(unreadable(cause)))
      .on('finish', () => (this.isWhole = true));
  }

  /** @throws ServiceError what the form was refused for so far */
  write(chunk: Buffer): void {
    this.read += chunk.length;
    if (this.read > this.maxBytes + MAX_OVERHEAD_BYTES) this.refuse(tooLarge(this.maxBytes));
    if (!this.refusal) this.parser.write(chunk);
    if (this.refusal) throw this.refusal;
  }

  /** @throws ServiceError */
  async end(): Promise<UploadForm> {
    await new Promise<void>((resolve) => {
      this.parser.once('finish', resolve).once('error', () => resolve());
      this.parser.end();
    });
    const { file, fields } = this;
    if (this.refusal) throw this.refusal;
    if (!this.isWhole) throw unreadable(undefined);
    if (!file) throw validationFailed(['file: must be sent as a file of this name, once']);
    return { ...file, bytes: Buffer.concat(this.chunks), fields };
  }

  private takeFile(field: string, stream: BusboyFileStream, name: string, mediaType: string): void {
    const isExpected = field === 'file' && this.file === undefined;
    if (!isExpected) this.refuse(validationFailed(['file: must be sent as a file of this name, once']));
    this.file ??= { name, mediaType };
    stream.on('error', (cause) => this.refuse(unreadable(cause)));
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > this.maxBytes) this.refuse(tooLarge(this.maxBytes));
      else if (!this.refusal) this.chunks.push(chunk);
    });
  }

  private takeField(name: string, value: string, isCut: boolean): void {
    if (!FIELDS.includes(name))
      this.refuse(validationFailed([`a form has the fields ${FIELDS.join(' and ')} beside its file`]));
    else if (Object.hasOwn(this.fields, name)) this.refuse(validationFailed([`${name}: must be sent once`]));
    else if (isCut) this.refuse(validationFailed([`${name}: must have at most ${MAX_FIELD_BYTES} bytes`]));
    else this.fields[name] = value;
  }

  private refuse(error: ServiceError): void {
    this.refusal ??= error;
    this.chunks.length = 0;
  }
}

const tooLarge = (maxBytes: number) =>
  new ServiceError('payload_too_large', `The file is larger than ${maxBytes} bytes`);

const unreadable = (cause: unknown) =>
  new ServiceError('bad_request', 'The body is no form of multipart/form-data that can be read', { cause });
