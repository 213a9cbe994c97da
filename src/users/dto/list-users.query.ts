import { JSONSchema } from 'class-validator-jsonschema';
import { PageQuery } from '../../database/page.js';
import { IfPresent } from '../../validation/validators.js';
import { IsEmailAddress } from './email.validators.js';

export class ListUsersQuery extends PageQuery {
  @JSONSchema({ description: 'Only the user with this e-mail address, in upper or lower case' })
  @IfPresent()
  @IsEmailAddress()
  email?: string;
}
