import { PartialType } from '@nestjs/mapped-types';
import { IsBoolean } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent } from '../../validation/validators.js';
import { CreateUserDto } from './create-user.dto.js';

/** Describes a change of a user. Omitted members stay unchanged. */
export class UpdateUserDto extends PartialType(CreateUserDto, { skipNullProperties: false }) {
  @JSONSchema({
    description: 'Whether the user manages the organizations themselves; only an operator says so',
  })
  @IfPresent()
  @IsBoolean()
  isOperator?: boolean;
}
