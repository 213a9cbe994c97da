import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent, IsPlainText, IsTimestamp } from '../../../validation/validators.js';
import { type Outcome, OUTCOMES } from '../../events/audit-columns.js';
import { MAX_CLIENT_ID } from '../../events/audit-record.js';

/** The filters that every route for reading the trail takes. */
export class AuditFilters {
  @IfPresent()
  @IsUUID()
  userId?: string;

  @IfPresent()
  @IsUUID()
  keyId?: string;

  @JSONSchema({ description: 'The name of the key at the call, exactly' })
  @IfPresent()
  @IsString()
  @MaxLength(512)
  @IsPlainText()
  keyName?: string;

  @JSONSchema({ description: 'The OAuth client of a token, exactly' })
  @IfPresent()
  @IsString()
  @MaxLength(MAX_CLIENT_ID)
  @IsPlainText()
  clientId?: string;

  @JSONSchema({
    description:
      'Somebody who acted: the user of the row, or one of those in `actors`, such as the owner of an agent',
  })
  @IfPresent()
  @IsUUID()
  actor?: string;

  @JSONSchema({
    description:
      "Operators alone may name another than the caller's; rows that name none count as the default one's",
  })
  @IfPresent()
  @IsUUID()
  organizationId?: string;

  @IfPresent()
  @IsString()
  @MaxLength(512)
  @IsPlainText()
  tool?: string;

  @IfPresent()
  @IsString()
  @MaxLength(512)
  @IsPlainText()
  action?: string;

  @IfPresent()
  @IsIn(OUTCOMES)
  outcome?: Outcome;

  @JSONSchema({
    description:
      'Why it did not succeed, exactly. Of refused keys: `missing_api_key`, `malformed_api_key`, `unknown_api_key`, ' +
      '`expired_api_key`, `revoked_api_key`, `retired_agent`, `disabled_api_key`, `account_inactive`, `ip_not_allowed`; else the code of ' +
      'the error, such as `insufficient_scope`, `rate_limited` or `not_found`, or a reason that a tool names',
  })
  @IfPresent()
  @IsString()
  @MaxLength(512)
  @IsPlainText()
  reason?: string;

  @JSONSchema({ description: 'Exactly, such as `document:0199...`' })
  @IfPresent()
  @IsString()
  @MaxLength(512)
  @IsPlainText()
  resource?: string;
}

/** Filters for stored rows, with a time range. */
export class AuditSpan extends AuditFilters {
  @JSONSchema({ description: 'From this moment on' })
  @IfPresent()
  @IsTimestamp()
  from?: string;

  @JSONSchema({ description: 'Before this moment' })
  @IfPresent()
  @IsTimestamp()
  to?: string;
}
