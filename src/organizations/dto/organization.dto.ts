import { PartialType } from '@nestjs/mapped-types';
import { Type } from 'class-transformer';
import { IsString, Length, ValidateNested } from 'class-validator';
import { IsEmailAddress } from '../../users/dto/email.validators.js';
import { IfPresent, IsLine } from '../../validation/validators.js';

/** The first owner of an organisation. Who has the address already joins it, and for anybody else an account is made. */
export class FirstOwnerDto {
  @IsEmailAddress()
  email!: string;

  @IsString()
  @Length(1, 200)
  @IsLine()
  name!: string;
}

export class OrganizationDto {
  @IsString()
  @Length(1, 100)
  @IsLine()
  name!: string;
}

export class CreateOrganizationDto extends OrganizationDto {
  @IfPresent()
  @ValidateNested()
  @Type(() => FirstOwnerDto)
  owner?: FirstOwnerDto;
}

/** Describes a change of an organisation. Omitted members stay unchanged. */
export class UpdateOrganizationDto extends PartialType(OrganizationDto, { skipNullProperties: false }) {}
