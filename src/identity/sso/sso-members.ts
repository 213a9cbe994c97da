import { oidcIssuer } from '../../config/value-schemas.js';
import { validationFailed } from '../../errors/service-error.js';
import type { CreateSsoConnectionDto } from './dto/create-sso-connection.dto.js';
import type { UpdateSsoConnectionDto } from './dto/update-sso-connection.dto.js';
import { certificateIn } from './saml/saml-certificates.js';
import type { SsoKind } from './sso-kinds.js';

/** The members that connections of one kind alone have. */
const MEMBERS = {
  oidc: ['clientId', 'clientSecret'],
  saml: ['signInUrl', 'certificates'],
} as const satisfies Record<SsoKind, readonly (keyof CreateSsoConnectionDto)[]>;

/**
 * Checks that members fit the kind of the connection, and returns its certificates as they are kept.
 * @throws ServiceError `validation_failed`
 */
export function checkedCertificates(input: CreateSsoConnectionDto): string[] | null {
  const { kind, issuer, clientId, signInUrl, certificates } = input;
  const errors = foreignMembers(kind, input);
  if (kind === 'oidc') {
    if (!oidcIssuer.safeParse(issuer).success) errors.push('issuer: must be an https URL without a query');
    if (clientId === undefined) errors.push('clientId: is needed');
  } else {
    if (!isSignInUrl(signInUrl)) errors.push('signInUrl: must be an https URL');
    if (certificates === undefined) errors.push('certificates: are needed');
  }
  const kept = certificates?.map((text) => certificateOr(text, errors)) ?? null;
  if (errors.length > 0) throw validationFailed(errors);
  return kept;
}

/**
 * Does the same for a change, whose members may all be missing but one.
 * @returns `undefined` where the certificates stay
 * @throws ServiceError `validation_failed`
 */
export function changedCertificates(kind: SsoKind, input: UpdateSsoConnectionDto): string[] | undefined {
  const errors = foreignMembers(kind, input);
  if (Object.values(input).every((value) => value === undefined)) errors.push('a member is needed');
  if (input.signInUrl !== undefined && !isSignInUrl(input.signInUrl))
    errors.push('signInUrl: must be an https URL');
  const kept = input.certificates?.map((text) => certificateOr(text, errors));
  if (errors.length > 0) throw validationFailed(errors);
  return kept;
}

const foreignMembers = (
  kind: SsoKind,
  input: UpdateSsoConnectionDto & Partial<CreateSsoConnectionDto>,
): string[] =>
  MEMBERS[kind === 'oidc' ? 'saml' : 'oidc']
    .filter((name) => input[name] !== undefined)
    .map((name) => `${name}: is of another kind of connection`);

/** Plain HTTP would let whoever is between read the request. This machine is trusted, for development. */
function isSignInUrl(text: string | undefined): boolean {
  if (text === undefined || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isTrusted =
    protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(hostname));
  return isTrusted && username === '' && password === '';
}

function certificateOr(text: string, errors: string[]): string {
  try {
    return certificateIn(text);
  } catch (error) {
    errors.push(`certificates: each ${(error as Error).message}`);
    return '';
  }
}
