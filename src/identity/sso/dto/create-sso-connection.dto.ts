import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsString, Length } from 'class-validator';
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

  @JSONSchema({
    description:
      'The issuer of OpenID Connect, exactly as its discovery document names it, or the entity id of the provider of SAML',
  })
  @IsString()
  @Length(1, 500)
  @IsLine()
  issuer!: string;

  @JSONSchema({ description: 'OpenID Connect: the client of the service at the provider' })
  @IfPresent()
  @IsString()
  @Length(1, 500)
  @IsLine()
  clientId?: string;

  @JSONSchema({ description: 'OpenID Connect: a public client has none', writeOnly: true })
  @IfPresent()
  @IsString()
  @Length(1, 500)
  @IsLine()
  clientSecret?: string;

  @JSONSchema({ description: 'SAML: where the provider takes requests (HTTP-Redirect)' })
  @IfPresent()
  @IsString()
  @Length(1, 500)
  @IsLine()
  signInUrl?: string;

  @JSONSchema({
    description:
      'SAML: the certificates that the provider signs with, as PEM or base64, of RSA keys of at least 2048 bits',
  })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(5)
  @IsString({ each: true })
  @Length(1, 10_000, { each: true })
  certificates?: string[];
}
