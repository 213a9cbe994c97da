import { IsIn } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent } from '../validation/validators.js';
import { CLIENTS } from './clients.js';

export class ClientConfigQuery {
  @JSONSchema({ description: 'Which client to set up; left out: a list of them' })
  @IfPresent()
  @IsIn(CLIENTS.map(({ client }) => client))
  client?: string;
}
