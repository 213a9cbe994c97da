import { IsInt, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresentOrNull } from '../../validation/validators.js';

/** Replaces an override as a whole: a member that is omitted or `null` goes back to what the tool declares. */
export class ToolLimitDto {
  @JSONSchema({ description: "The calls a minute of each user; `null`: the tool's own" })
  @IfPresentOrNull()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  perMinute?: number | null;

  @JSONSchema({ description: "How many calls one call counts as; `null`: the tool's own" })
  @IfPresentOrNull()
  @IsInt()
  @Min(1)
  @Max(1_000)
  weight?: number | null;
}
