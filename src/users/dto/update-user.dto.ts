import { PartialType } from '@nestjs/mapped-types';
import { CreateUserDto } from './create-user.dto.js';

/** Members that are left out stay unchanged. */
export class UpdateUserDto extends PartialType(CreateUserDto, { skipNullProperties: false }) {}
