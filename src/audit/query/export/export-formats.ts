import { stringify } from 'csv-stringify/sync';
import type { AuditEvent } from '../../events/audit-event.entity.js';
import type { ExportFormat } from '../dto/audit-export-query.dto.js';
import { EVENT_MEMBERS } from '../../events/audit-row.js';

interface Format {
  type: string;
  /** The text before the first row. */
  head: string;
  lines: (events: AuditEvent[]) => string;
}

/** CSV by RFC 4180. Agents choose some of the texts, so that formulas of spreadsheets are escaped. */
const CSV = { record_delimiter: 'windows', escape_formulas: true } as const;

const cellOf = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.join('; ');
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
};

export const FORMATS: Record<ExportFormat, Format> = {
  ndjson: {
    type: 'application/x-ndjson',
    head: '',
    lines: (events) => events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  },
  csv: {
    type: 'text/csv; charset=utf-8',
    head: stringify([EVENT_MEMBERS], CSV),
    lines: (events) =>
      stringify(
        events.map((event) => EVENT_MEMBERS.map((name) => cellOf(event[name]))),
        CSV,
      ),
  },
};
