import { IsInt, Max, Min } from 'class-validator';
import { IfPresent } from '../../validation/validators.js';

export class RotateApiKeyDto {
  /** How long the old key still works beside the new one, in seconds, up to 30 days. Default: 0. */
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(30 * 24 * 3600)
  gracePeriodSeconds?: number;
}
