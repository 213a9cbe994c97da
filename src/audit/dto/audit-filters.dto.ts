import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent, IsPlainText, IsTimestamp } from '../../validation/validators.js';
import { type Outcome, OUTCOMES } from '../audit-event.entity.js';

/** Which rows: what every way to read the trail takes. */
export class AuditFilters {
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
}

/** Rows of the past: within a time. */
export class AuditSpan extends AuditFilters {
  @JSONSchema({ description: 'From this moment on' })
  @IfPresent()
  @IsTimestamp()
  from?: string;

  @JSONSchema({ description: 'Before this moment' })
  @IfPresent()
  @IsTimestamp()
  to?: string;
}
