import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import {
  IfPresent,
  IfPresentOrNull,
  IsLine,
  IsSmallObject,
  IsTimestamp,
} from '../../validation/validators.js';
import { isAddressOrBlock } from '../address-list.js';

const IsAddressOrBlock = () =>
  ValidateBy(
    {
      name: 'isAddressOrBlock',
      validator: {
        validate: isAddressOrBlock,
        defaultMessage: () =>
          'each entry of $property must be an IP address or a CIDR block, such as 192.0.2.0/24',
      },
    },
    { each: true },
  );

export class CreateApiKeyDto {
  @IsString()
  @Length(1, 100)
  @IsLine()
  name!: string;

  @JSONSchema({ description: 'Default: `["read"]`' })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(130, { each: true })
  scopes?: string[];

  @JSONSchema({ description: '`null` for a key without an end, where the settings allow it' })
  @IfPresentOrNull()
  @IsTimestamp()
  expiresAt?: string | null;

  @JSONSchema({ description: 'IP addresses and CIDR blocks; `null`: from anywhere' })
  @IfPresentOrNull()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsAddressOrBlock()
  ipAllowlist?: string[] | null;

  @JSONSchema({
    description:
      "The calls a minute of this key alone, beside its owner's; `null`: no limit of its own. Default: that of the calling key",
  })
  @IfPresentOrNull()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  requestsPerMinute?: number | null;

  @JSONSchema({ description: 'Up to 4096 bytes of JSON' })
  // class-transformer would drop members such as `toString`, so the value is taken from the body.
  @Transform(({ obj }: { obj: { metadata?: unknown } }) => obj.metadata)
  @IfPresent()
  @IsSmallObject(4096)
  metadata?: Record<string, unknown>;

  /** Marks a key for an agent, for good: it never holds `keys:*`, `users:*`, `audit:*` or `admin`. Default: `false`. */
  @IfPresent()
  @IsBoolean()
  agent?: boolean;

  @JSONSchema({ description: 'The owner, where an admin makes a key for somebody else' })
  @IfPresent()
  @IsUUID()
  userId?: string;

  @JSONSchema({
    description: 'Where the key acts, if an operator makes it for an organization that is not its own',
  })
  @IfPresent()
  @IsUUID()
  organizationId?: string;
}
