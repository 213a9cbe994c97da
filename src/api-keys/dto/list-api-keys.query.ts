import { IsUUID } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { PageQuery } from '../../database/page.js';
import { IfPresent } from '../../validation/validators.js';

export class ListApiKeysQuery extends PageQuery {
  @JSONSchema({ description: "Whose keys; for admins. Default: the caller's own" })
  @IfPresent()
  @IsUUID()
  userId?: string;
}
