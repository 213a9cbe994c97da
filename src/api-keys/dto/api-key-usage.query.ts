import { IsInt, Max, Min } from 'class-validator';
import { ToWholeNumber } from '../../validation/to-whole-number.js';
import { IfPresent } from '../../validation/validators.js';

export class ApiKeyUsageQuery {
  /** How many days, today's date in UTC included. Default: 30. */
  @IfPresent()
  @ToWholeNumber()
  @IsInt()
  @Min(1)
  @Max(366)
  days?: number;
}
