import { IsIn, IsString, Length } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent, IsLine } from '../../../validation/validators.js';
import { IsDomains } from '../../domains.validator.js';
import { SSO_KINDS, type SsoKind } from '../sso-kinds.js';

export class CreateSsoConnectionDto {
  @IsIn(SSO_KINDS)
  kind!: SsoKind;

  @JSONSchema({ description: 'What people read before they go to the provider' })
  @IsString()
  @Length(1, 100)
  @IsLine()
  name!: string;

  @JSONSchema({
    description: 'The domains of the addresses that the provider may say. No other connection has them',
  })
  @IsDomains()
  domains!: string[];

  @JSONSchema({ description: 'The issuer of OpenID Connect, exactly as its discovery document names it' })
  @IsString()
  @Length(1, 500)
  @IsLine()
  issuer!: string;

  @JSONSchema({ description: 'The client of the service at the provider' })
  @IfPresent()
  @IsString()
  @Length(1, 500)
  @IsLine()
  clientId?: string;

  @JSONSchema({ description: 'A public client has none', writeOnly: true })
  @IfPresent()
  @IsString()
  @Length(1, 500)
  @IsLine()
  clientSecret?: string;
}
