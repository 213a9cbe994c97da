import { PartialType } from '@nestjs/mapped-types';
import { CreateUserDto } from './create-user.dto.js';

/** What is left out stays as it is. */
export class UpdateUserDto extends PartialType(CreateUserDto, { skipNullProperties: false }) {}
