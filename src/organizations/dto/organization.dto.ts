import { PartialType } from '@nestjs/mapped-types';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, Length, Max, Min, ValidateNested } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IsEmailAddress } from '../../users/dto/email.validators.js';
import { IfPresent, IfPresentOrNull, IsLine, Trimmed } from '../../validation/validators.js';

/** The first owner of an organisation. Who has the address already joins it, and for anybody else an account is made. */
export class FirstOwnerDto {
  @IsEmailAddress()
  email!: string;

  @Trimmed()
  @IsString()
  @Length(1, 200)
  @IsLine()
  name!: string;
}

export class OrganizationDto {
  @Trimmed()
  @IsString()
  @Length(1, 100)
  @IsLine()
  name!: string;

  @JSONSchema({
    description:
      'Calls a minute of all of it together, beside those of each user; `null`: no limit. Only an operator sets it',
  })
  @IfPresentOrNull()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  requestsPerMinute?: number | null;
}

export class CreateOrganizationDto extends OrganizationDto {
  @IfPresent()
  @ValidateNested()
  @Type(() => FirstOwnerDto)
  owner?: FirstOwnerDto;
}

/** Says what happens to what the teams and agents of an organisation own that ends. */
export class EndingQuery {
  @JSONSchema({ description: 'Needed where they own something' })
  @IfPresent()
  @IsIn(['delete'])
  data?: 'delete';
}

/** Describes a change of an organisation. Omitted members stay unchanged. */
export class UpdateOrganizationDto extends PartialType(OrganizationDto, { skipNullProperties: false }) {}
