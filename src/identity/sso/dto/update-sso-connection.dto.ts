import { PartialType, PickType } from '@nestjs/mapped-types';
import { CreateSsoConnectionDto } from './create-sso-connection.dto.js';

const CHANGED = ['name', 'clientSecret', 'signInUrl', 'certificates'] as const;

/** Describes a change of a connection. Omitted members stay unchanged. Who answers for whom is not changed, but connected anew. */
export class UpdateSsoConnectionDto extends PartialType(PickType(CreateSsoConnectionDto, CHANGED), {
  skipNullProperties: false,
}) {}
