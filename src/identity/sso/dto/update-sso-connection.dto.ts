import { PartialType, PickType } from '@nestjs/mapped-types';
import { IsBoolean } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent } from '../../../validation/validators.js';
import { CreateSsoConnectionDto } from './create-sso-connection.dto.js';

const CHANGED = ['name', 'clientSecret', 'signInUrl', 'certificates'] as const;

/** Describes a change of a connection. Omitted members stay unchanged. Who answers for whom is not changed, but connected anew. */
export class UpdateSsoConnectionDto extends PartialType(PickType(CreateSsoConnectionDto, CHANGED), {
  skipNullProperties: false,
}) {
  @JSONSchema({
    description: 'Whether people sign in by it. `false` also ends the sessions that were made by it',
  })
  @IfPresent()
  @IsBoolean()
  enabled?: boolean;
}
