import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import {
  IfPresent,
  IfPresentOrNull,
  IsLine,
  IsPlainText,
  IsTimestamp,
  Trimmed,
} from '../../validation/validators.js';

export class CreateAgentDto {
  @Trimmed()
  @IsString()
  @Length(1, 100)
  @IsLine()
  name!: string;

  @JSONSchema({ description: 'What it is for; `null` or empty: not said' })
  @IfPresentOrNull()
  @Trimmed()
  @IsString()
  @MaxLength(500)
  @IsPlainText()
  description?: string | null;

  @JSONSchema({
    description:
      'The person, the team or the agent that it belongs to. Default: the caller. Others need to maintain the team, to decide about the agent, or the role admin',
  })
  @IfPresent()
  @IsUUID()
  ownerId?: string;

  @JSONSchema({
    description: 'Scopes of data, and `agents:create` for an agent that makes agents below itself',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(130, { each: true })
  scopes!: string[];

  @JSONSchema({ description: 'When all of its keys end; `null`: with those above it alone' })
  @IfPresentOrNull()
  @IsTimestamp()
  endsAt?: string | null;

  @JSONSchema({
    description: "Its calls a minute; `null`: those of its owner's tier. Default: those of the caller",
  })
  @IfPresentOrNull()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  requestsPerMinute?: number | null;

  /** Whether to make a first key, which the answer shows once. Default: `false`. */
  @IfPresent()
  @IsBoolean()
  withKey?: boolean;
}
