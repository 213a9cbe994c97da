import { IntersectionType, PickType } from '@nestjs/mapped-types';
import { IsInt, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { PageQuery } from '../../../database/page.js';
import { ToWholeNumber } from '../../../validation/to-whole-number.js';
import { IfPresent } from '../../../validation/validators.js';
import { AuditSpan } from './audit-filters.dto.js';

export class AuditQuery extends IntersectionType(AuditSpan, PickType(PageQuery, ['cursor'])) {
  @JSONSchema({ description: 'How many rows at most (default 100)' })
  @IfPresent()
  @ToWholeNumber()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;
}
