import { IsIn, IsInt, IsUUID, Max, Min } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent } from '../../validation/validators.js';

export class RotateAgentDto {
  @JSONSchema({
    description:
      'The key to replace. Default: the one that the agent calls with, or the only one that it has',
  })
  @IfPresent()
  @IsUUID()
  keyId?: string;

  @JSONSchema({ description: 'How long the old key still works beside the new one, in seconds. Default: 0' })
  @IfPresent()
  @IsInt()
  @Min(0)
  @Max(30 * 24 * 3600)
  gracePeriodSeconds?: number;

  /** When the period begins: now, or when the new key is first used. Default: `rotation`. */
  @IfPresent()
  @IsIn(['rotation', 'first_use'])
  gracePeriodStart?: 'rotation' | 'first_use';
}
