import { OmitType, PartialType } from '@nestjs/mapped-types';
import { IsBoolean } from 'class-validator';
import { IfPresent } from '../../validation/validators.js';
import { CreateApiKeyDto } from './create-api-key.dto.js';

/**
 * Describes a change of a key. Omitted members stay unchanged. The owner of a key, and whether it is an agent's,
 * never changes.
 */
export class UpdateApiKeyDto extends PartialType(OmitType(CreateApiKeyDto, ['userId', 'agent']), {
  skipNullProperties: false,
}) {
  @IfPresent()
  @IsBoolean()
  enabled?: boolean;
}
