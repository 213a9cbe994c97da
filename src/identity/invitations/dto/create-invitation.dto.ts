import { PickType } from '@nestjs/mapped-types';
import { CreateUserDto } from '../../../users/dto/create-user.dto.js';

export class CreateInvitationDto extends PickType(CreateUserDto, ['email', 'name', 'role'] as const) {}
