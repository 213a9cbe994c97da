import { IsOptional, IsUUID } from 'class-validator';

export class GrantsOfQuery {
  /** An administrator may name another user of the organization. */
  @IsOptional()
  @IsUUID()
  userId?: string;
}
