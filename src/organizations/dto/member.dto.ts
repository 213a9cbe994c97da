import { IsIn, IsUUID } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { type Role, ROLES } from '../../access/roles.js';
import { PageQuery } from '../../database/page.js';
import { IfPresent } from '../../validation/validators.js';

export class MemberDto {
  @IsIn(ROLES)
  role!: Role;
}

export class MembersQuery extends PageQuery {
  @JSONSchema({ description: 'Only those with this role' })
  @IfPresent()
  @IsIn(ROLES)
  role?: Role;
}

export const LEAVING = ['handover', 'delete'] as const;

/** Says what happens to the data of somebody who leaves, or of a team that is ended. */
export class LeavingQuery {
  @JSONSchema({ description: 'What happens to what is owned; needed where there is something' })
  @IfPresent()
  @IsIn(LEAVING)
  data?: (typeof LEAVING)[number];

  @JSONSchema({ description: 'With `handover`: the id of the person or the team that owns it from then on' })
  @IfPresent()
  @IsUUID()
  to?: string;
}
