import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { PageQuery } from '../../database/page.js';
import { ToWholeNumber } from '../../validation/to-whole-number.js';
import { IfPresent } from '../../validation/validators.js';

export class ListApiKeysQuery extends PageQuery {
  @JSONSchema({ description: "Whose keys; for admins. Default: the caller's own" })
  @IfPresent()
  @IsUUID()
  userId?: string;

  /** Only keys that still work and were not used for so many days (or never, and are that old). */
  @IfPresent()
  @ToWholeNumber()
  @IsInt()
  @Min(1)
  @Max(3650)
  unusedForDays?: number;
}
