import { PartialType } from '@nestjs/mapped-types';
import { IsIn, IsInt, IsString, Length, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresentOrNull, IsLine, Trimmed } from '../../validation/validators.js';
import { TEAM_ROLES, type TeamRole } from '../team-member.entity.js';

export class TeamDto {
  @JSONSchema({ description: 'No other team of the organisation has it' })
  @Trimmed()
  @IsString()
  @Length(1, 100)
  @IsLine()
  name!: string;

  @JSONSchema({
    description:
      'Calls a minute of its keys and its agents together, beside those of each agent; `null`: no limit',
  })
  @IfPresentOrNull()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  requestsPerMinute?: number | null;
}

/** Describes a change of a team. Omitted members stay unchanged. */
export class UpdateTeamDto extends PartialType(TeamDto, { skipNullProperties: false }) {}

export class TeamMemberDto {
  @IsIn(TEAM_ROLES)
  role!: TeamRole;
}
