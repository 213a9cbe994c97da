import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsString,
  IsUUID,
  Length,
  MaxLength,
} from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { IfPresent, IsLine, IsSmallObject } from '../../../validation/validators.js';
import { MAX_CLIENT_ID_URL } from '../../documents/client-id-url.js';
import { CLIENT_AUTH_METHODS, type ClientAuthMethod, GRANT_TYPES } from '../client-kinds.js';

export class CreateClientDto {
  @JSONSchema({ description: 'What people read on the page of consent' })
  @IfPresent()
  @IsString()
  @Length(1, 100)
  @IsLine()
  name?: string;

  @JSONSchema({
    description:
      'The address of the metadata document of a client: it is approved ahead, and nothing else is given',
  })
  @IfPresent()
  @IsString()
  @Length(1, MAX_CLIENT_ID_URL)
  @IsLine()
  clientId?: string;

  @JSONSchema({ description: 'HTTPS, this machine by HTTP, or a scheme that is a domain backwards' })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 1000, { each: true })
  redirectUris?: string[];

  @JSONSchema({ description: 'Default: `none`, and `client_secret_basic` for an agent' })
  @IfPresent()
  @IsIn(CLIENT_AUTH_METHODS)
  tokenEndpointAuthMethod?: ClientAuthMethod;

  @JSONSchema({
    description:
      '`private_key_jwt`: the public keys of the client (RFC 7517). They are given here; none are read from an address',
  })
  @IfPresent()
  @IsSmallObject(20_000)
  jwks?: Record<string, unknown>;

  @JSONSchema({
    description:
      'Default: `authorization_code` and `refresh_token`, and for an agent `client_credentials` and token exchange',
  })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(10)
  @ArrayUnique()
  @IsIn(GRANT_TYPES, { each: true })
  grantTypes?: string[];

  @JSONSchema({ description: 'The agent that the client is. It needs no person to agree' })
  @IfPresent()
  @IsUUID()
  agentId?: string;

  @JSONSchema({
    description: 'What the client of an agent gets by `client_credentials`. Default: the scopes of the agent',
  })
  @IfPresent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(130, { each: true })
  clientCredentialsScopes?: string[];
}
