import { IsUUID } from 'class-validator';
import { PageQuery } from '../../database/page.js';
import { IfPresent } from '../../validation/validators.js';

export class ListApiKeysQuery extends PageQuery {
  /** Whose keys; for admins. Default: the caller's own. */
  @IfPresent()
  @IsUUID()
  userId?: string;
}
