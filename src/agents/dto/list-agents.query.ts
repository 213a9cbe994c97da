import { IsUUID } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { PageQuery } from '../../database/page.js';
import { IfPresent } from '../../validation/validators.js';

export class ListAgentsQuery extends PageQuery {
  @JSONSchema({ description: 'Only the agents that belong to this person, team or agent' })
  @IfPresent()
  @IsUUID()
  ownerId?: string;
}
