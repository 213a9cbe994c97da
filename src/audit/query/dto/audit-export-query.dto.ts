import { IsIn } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent } from '../../../validation/validators.js';
import { AuditSpan } from './audit-filters.dto.js';

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class AuditExportQuery extends AuditSpan {
  @JSONSchema({ description: 'One JSON object a line (default), or a table' })
  @IfPresent()
  @IsIn(EXPORT_FORMATS)
  format?: ExportFormat;
}
