import { OmitType, PartialType } from '@nestjs/mapped-types';
import { CreateAgentDto } from './create-agent.dto.js';

/** Describes a change of an agent. Omitted members stay unchanged. */
export class UpdateAgentDto extends PartialType(OmitType(CreateAgentDto, ['ownerId', 'withKey']), {
  skipNullProperties: false,
}) {}
