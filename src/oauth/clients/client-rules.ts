import { validationFailed } from '../../errors/service-error.js';
import { clientIdUrl } from '../documents/client-id-url.js';
import { type ClientAuthMethod, OF_AGENTS, OF_PEOPLE } from './client-kinds.js';
import type { CreateClientDto } from './dto/create-client.dto.js';
import { redirectIssueOf } from '../redirect-uris.js';

/** The members of a public key that would make it a private one, or one that both sides share (RFC 7518, section 6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** A client to be made, with what was left out. */
export interface ClientToMake {
  name: string;
  redirectUris: readonly string[];
  method: ClientAuthMethod;
  grantTypes: readonly string[];
  jwks: string | null;
}

/** Fills in what was left out. @throws validationFailed for what makes no client */
export function clientToMake(input: CreateClientDto): ClientToMake {
  const { name, agentId, redirectUris = [], jwks } = input;
  const isOfAgent = agentId !== undefined;
  const method = input.tokenEndpointAuthMethod ?? (isOfAgent ? 'client_secret_basic' : 'none');
  const grantTypes: readonly string[] = input.grantTypes ?? (isOfAgent ? OF_AGENTS : OF_PEOPLE.slice(0, 2));
  const allowed: readonly string[] = isOfAgent ? OF_AGENTS : OF_PEOPLE;
  const issues = [
    ...(name === undefined ? ['name: is missing'] : []),
    ...grantTypes
      .filter((type) => !allowed.includes(type))
      .map(
        (type) =>
          `grantTypes: ${type} is ${isOfAgent ? 'not for agents' : 'for agents alone: name one by agentId'}`,
      ),
    ...(isOfAgent && method === 'none'
      ? ['tokenEndpointAuthMethod: the client of an agent shows who it is']
      : []),
    ...(!isOfAgent && input.clientCredentialsScopes
      ? ['clientCredentialsScopes: only the client of an agent has them']
      : []),
    ...redirectIssues(redirectUris, grantTypes.includes('authorization_code')),
    ...keyIssues(method, jwks),
  ];
  if (issues.length > 0) throw validationFailed(issues);
  return {
    name: name!,
    redirectUris,
    method,
    grantTypes,
    jwks: jwks ? JSON.stringify(jwks) : null,
  };
}

/** @throws validationFailed for an address that no metadata document can have */
export function assertDocument({ clientId, ...others }: CreateClientDto): void {
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const issues = [
    ...given.map(([name]) => `${name}: is what the metadata document says`),
    ...(clientIdUrl(clientId!)
      ? []
      : ['clientId: must be the HTTPS address of a metadata document, with a path and as clients write it']),
  ];
  if (issues.length > 0) throw validationFailed(issues);
}

function redirectIssues(uris: readonly string[], isNeeded: boolean): string[] {
  if (isNeeded && uris.length === 0) return ['redirectUris: are missing'];
  if (!isNeeded && uris.length > 0) return ['redirectUris: are for authorization_code alone'];
  return uris.flatMap((uri) => {
    const issue = redirectIssueOf(uri);
    return issue === undefined ? [] : [`redirectUris: ${uri} ${issue}`];
  });
}

function keyIssues(method: ClientAuthMethod, jwks: Record<string, unknown> | undefined): string[] {
  if ((jwks !== undefined) !== (method === 'private_key_jwt'))
    return ['jwks: private_key_jwt needs jwks, and nothing else has them'];
  return jwks && !isPublicKeySet(jwks) ? ['jwks: must be { "keys": [...] } with public keys'] : [];
}

function isPublicKeySet({ keys }: Record<string, unknown>): boolean {
  return (
    Array.isArray(keys) &&
    keys.length > 0 &&
    keys.every(
      (key: unknown) =>
        typeof key === 'object' &&
        key !== null &&
        typeof (key as { kty?: unknown }).kty === 'string' &&
        PRIVATE_MEMBERS.every((member) => !(member in key)),
    )
  );
}
