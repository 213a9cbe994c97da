import { IsOptional, IsUUID } from 'class-validator';

export class OfUserQuery {
  /** An administrator may name another user. */
  @IsOptional()
  @IsUUID()
  userId?: string;
}
