import { PartialType } from '@nestjs/mapped-types';
import { CreateUserDto } from './create-user.dto.js';

/** Describes a change of a user. Omitted members stay unchanged. */
export class UpdateUserDto extends PartialType(CreateUserDto, { skipNullProperties: false }) {}
