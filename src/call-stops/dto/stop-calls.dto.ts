import { IsString, Length } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresentOrNull, IsLine, IsTimestamp } from '../../validation/validators.js';

/** What is said about calls that are stopped. */
export class StopCallsDto {
  @JSONSchema({ description: 'What callers are told, such as what to do instead' })
  @IfPresentOrNull()
  @IsString()
  @Length(1, 500)
  @IsLine()
  message?: string | null;

  @JSONSchema({ description: 'When the stop ends by itself' })
  @IfPresentOrNull()
  @IsTimestamp()
  until?: string | null;
}
