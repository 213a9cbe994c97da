import { IsBoolean, IsIn, IsInt, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { PageQuery } from '../../database/page.js';
import { ToBoolean } from '../../validation/to-boolean.js';
import { ToWholeNumber } from '../../validation/to-whole-number.js';
import { IfPresent, IsPlainText } from '../../validation/validators.js';
import { KEY_STATES, type KeyState } from '../listing/key-filters.js';
import { KEY_ORDERS, type KeyOrder } from '../listing/key-orders.js';

const MAX_DAYS = 3650;
/** Each word is looked for in every key of the organisation. */
const AT_MOST_EIGHT_WORDS = /^\s*\S+(\s+\S+){0,7}\s*$/;

export class ListApiKeysQuery extends PageQuery {
  @JSONSchema({ description: "Whose keys; for admins. Default: the caller's own" })
  @IfPresent()
  @IsUUID()
  userId?: string;

  @JSONSchema({
    description:
      'All keys that the caller decides about, each with its owner: those of the organisation for admins, ' +
      'for others their own and those of their agents and of the teams that they maintain',
  })
  @IfPresent()
  @IsIn(['all'])
  owner?: 'all';

  @JSONSchema({
    description:
      'Only keys that are neither revoked nor expired (`live`), that are but for being disabled (`disabled`), that have expired, ' +
      'or that were revoked',
  })
  @IfPresent()
  @IsIn(KEY_STATES)
  state?: KeyState;

  /** Only keys that still work and were not used for so many days (or never, and are that old). */
  @IfPresent()
  @ToWholeNumber()
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  unusedForDays?: number;

  @JSONSchema({ description: 'Only keys that still work and end within so many days' })
  @IfPresent()
  @ToWholeNumber()
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  endsWithinDays?: number;

  @JSONSchema({ description: 'Whether a scope of the key is of high or critical risk' })
  @IfPresent()
  @ToBoolean()
  @IsBoolean()
  elevated?: boolean;

  @JSONSchema({
    description: 'Whether the key may be used from any address, because it has no `ipAllowlist`',
  })
  @IfPresent()
  @ToBoolean()
  @IsBoolean()
  anyAddress?: boolean;

  @JSONSchema({
    description:
      "At most eight words, each of which is in the key's name, in its `start` or in its owner's name",
  })
  @IfPresent()
  @IsString()
  @MaxLength(100)
  @IsPlainText()
  @Matches(AT_MOST_EIGHT_WORDS, { message: 'words: one to eight words' })
  words?: string;

  @JSONSchema({
    description:
      'The newest first (`created`, default); the longest unused (`used`); the first to end (`expires`); or the most risky, and of ' +
      'those the longest unused (`risk`)',
  })
  @IfPresent()
  @IsIn(KEY_ORDERS)
  order?: KeyOrder;
}
