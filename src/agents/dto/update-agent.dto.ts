import { OmitType, PartialType } from '@nestjs/mapped-types';
import { IsBoolean } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent } from '../../validation/validators.js';
import { CreateAgentDto } from './create-agent.dto.js';

/** Describes a change of an agent. Omitted members stay unchanged. */
export class UpdateAgentDto extends PartialType(OmitType(CreateAgentDto, ['ownerId', 'withKey']), {
  skipNullProperties: false,
}) {
  @JSONSchema({ description: '`false` suspends it and all below it until it is `true` again' })
  @IfPresent()
  @IsBoolean()
  isActive?: boolean;
}
