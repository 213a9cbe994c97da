import { IsBoolean, IsIn, IsInt, IsString, Length, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { GIVEN_ROLES, type Role } from '../../access/roles.js';
import { IfPresent, IfPresentOrNull, IsLine } from '../../validation/validators.js';
import { type Tier, TIERS } from '../../access/tiers.js';
import { IsEmailAddress } from './email.validators.js';

export class CreateUserDto {
  @IsEmailAddress()
  email!: string;

  @IsString()
  @Length(1, 200)
  @IsLine()
  name!: string;

  @IfPresent()
  @IsIn(GIVEN_ROLES)
  role?: Role;

  @IfPresent()
  @IsIn(TIERS)
  tier?: Tier;

  @JSONSchema({
    description: "Own number of calls a minute, instead of the tier's; `null` goes back to the tier",
  })
  @IfPresentOrNull()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  requestsPerMinute?: number | null;

  @IfPresent()
  @IsBoolean()
  isActive?: boolean;
}
