import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IfPresent } from '../../validation/validators.js';

export class ApiKeyUsageQuery {
  /** How many days, today's date in UTC included. Default: 30. */
  @IfPresent()
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && value.trim() !== '' ? Number(value) : value,
  )
  @IsInt()
  @Min(1)
  @Max(366)
  days?: number;
}
