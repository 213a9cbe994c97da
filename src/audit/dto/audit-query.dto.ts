import { OmitType } from '@nestjs/mapped-types';
import { IsIn, IsInt, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { PageQuery } from '../../database/page.js';
import { ToWholeNumber } from '../../validation/to-whole-number.js';
import { IfPresent, IsPlainText, IsTimestamp } from '../../validation/validators.js';
import { type Outcome, OUTCOMES } from '../audit-event.entity.js';

export class AuditQuery extends OmitType(PageQuery, ['limit']) {
  @JSONSchema({ description: 'How many rows at most (default 100)' })
  @IfPresent()
  @ToWholeNumber()
  @IsInt()
  @Min(1)
  @Max(1000)
  limit?: number;

  @IfPresent()
  @IsUUID()
  userId?: string;

  @IfPresent()
  @IsUUID()
  keyId?: string;

  @IfPresent()
  @IsString()
  @MaxLength(512)
  @IsPlainText()
  tool?: string;

  @IfPresent()
  @IsString()
  @MaxLength(512)
  @IsPlainText()
  action?: string;

  @IfPresent()
  @IsIn(OUTCOMES)
  outcome?: Outcome;

  @JSONSchema({ description: 'Exactly, such as `document:0199...`' })
  @IfPresent()
  @IsString()
  @MaxLength(512)
  @IsPlainText()
  resource?: string;

  @JSONSchema({ description: 'From this moment on' })
  @IfPresent()
  @IsTimestamp()
  from?: string;

  @JSONSchema({ description: 'Before this moment' })
  @IfPresent()
  @IsTimestamp()
  to?: string;
}
