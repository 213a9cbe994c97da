import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../access/caller.js';
import type { AuditEvent } from '../../events/audit-event.entity.js';
import { AuditService } from '../audit.service.js';
import type { AuditSpan } from '../dto/audit-filters.dto.js';
import type { ExportFormat } from '../dto/audit-export-query.dto.js';
import { ReaderCheck } from '../reader-check.js';
import { FORMATS } from './export-formats.js';

/** The rows of one query, which bound the memory of an export whatever its length. */
const BATCH_ROWS = 1_000;

/** Exports the trail as one file. Each query continues after the last row of the previous one, so no transaction stays open. */
@Injectable()
export class AuditExportService {
  constructor(
    private readonly audit: AuditService,
    private readonly readers: ReaderCheck,
  ) {}

  /**
   * Streams the file at the pace of its reader, and stops when the client disconnects. The first rows are read before the response
   * begins, so that an early failure is answered as an error.
   */
  async file(caller: Caller, ip: string, filters: AuditSpan, format: ExportFormat): Promise<Readable> {
    const first = await this.audit.newest(caller, filters, BATCH_ROWS);
    return Readable.from(this.text(caller, ip, filters, format, first), { objectMode: false });
  }

  private async *text(
    caller: Caller,
    ip: string,
    filters: AuditSpan,
    format: ExportFormat,
    first: AuditEvent[],
  ): AsyncGenerator<string> {
    const { head, lines } = FORMATS[format];
    if (head) yield head;
    let rows = first;
    for (;;) {
      if (rows.length > 0) yield lines(rows);
      const last = rows.at(-1);
      if (!last || rows.length < BATCH_ROWS) return;
      const reader = await this.readers.recheck(caller, ip);
      // This aborts a response that has begun, so that the client does not take a part for the whole.
      if (!reader) throw new Error('The key of this export is of no use any more');
      rows = await this.audit.newest(reader, filters, BATCH_ROWS, last.id);
    }
  }
}
