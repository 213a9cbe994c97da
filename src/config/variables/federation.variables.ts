import * as z from 'zod';
import { domains, oidcIssuer } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

const text = z.string().trim().min(1).max(500);

/** The providers that people sign in with, and what the service believes them. */
export const federationVariables = {
  GOOGLE_CLIENT_ID: optional(text, {
    description: 'The client that [people sign in with Google](identity.md#google) by.',
    shape: 'the id of an OAuth client',
    example: '1234-abc.apps.googleusercontent.com',
    otherwise: 'nobody signs in with Google',
  }),
  GOOGLE_CLIENT_SECRET: optional(text, {
    description: 'The secret of `GOOGLE_CLIENT_ID`.',
    shape: 'the secret of an OAuth client',
    example: 'GOCSPX-...',
    otherwise: 'none',
    secret: true,
  }),
  GITHUB_CLIENT_ID: optional(text, {
    description: 'The OAuth app that [people sign in with GitHub](identity.md#github) by.',
    shape: 'the id of an OAuth app',
    example: 'Ov23li...',
    otherwise: 'nobody signs in with GitHub',
  }),
  GITHUB_CLIENT_SECRET: optional(text, {
    description: 'The secret of `GITHUB_CLIENT_ID`.',
    shape: 'the secret of an OAuth app',
    example: 'use-the-secret-that-github-shows-once',
    otherwise: 'none',
    secret: true,
  }),
  OIDC_ISSUER: optional(oidcIssuer, {
    description:
      'A provider of OpenID Connect that [people sign in with](identity.md#any-openid-connect-provider), exactly as its discovery document names it. It is set together with `OIDC_CLIENT_ID`.',
    example: 'https://login.example.com/realms/staff',
    otherwise: 'there is no such provider',
  }),
  OIDC_CLIENT_ID: optional(text, {
    description: 'The client of the service at `OIDC_ISSUER`.',
    shape: 'the id of a client',
    example: 'bouncer',
    otherwise: 'none',
  }),
  OIDC_CLIENT_SECRET: optional(text, {
    description: 'The secret of `OIDC_CLIENT_ID`. A public client has none.',
    shape: 'the secret of a client',
    example: 'use-the-secret-that-the-provider-shows',
    otherwise: 'the client is public, and PKCE alone protects the code',
    secret: true,
  }),
  OIDC_NAME: withDefault(z.string().trim().min(1).max(60), 'Single sign-on', {
    description: 'What people read on the button of that provider.',
    shape: 'a name',
    example: 'Example Inc.',
  }),
  OIDC_SCOPES: withDefault(
    z
      .string()
      .trim()
      .regex(/^openid( [\w:./-]+)*$/, 'must be openid, and other scopes after a space'),
    'openid email profile',
    {
      description: 'What the provider is asked for.',
      shape: '`openid`, and other scopes, separated by spaces',
      example: 'openid email profile',
    },
  ),
  OIDC_DOMAINS: optional(domains, {
    description:
      'Only people with an address of exactly these domains sign in with that provider. It is believed their address also where it does not say whether that was verified.',
    example: 'example.com,example.org',
    otherwise: 'people with any address do, once the provider says that the address was verified',
  }),
};
