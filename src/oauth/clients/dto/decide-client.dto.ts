import { IsIn } from 'class-validator';

export const DECISIONS = ['approved', 'blocked'] as const;
export type Decision = (typeof DECISIONS)[number];

export class DecideClientDto {
  @IsIn(DECISIONS)
  state!: Decision;
}
