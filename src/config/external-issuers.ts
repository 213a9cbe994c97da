import * as z from 'zod';
import { shaped } from './variable.js';
import { DOMAIN, oidcIssuer, SCOPE_NAME } from './value-schemas.js';

/** No algorithm with a shared secret, and none without a signature. */
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
] as const;

const MAX_ISSUERS = 20;

const name = z.string().trim().min(1).max(500);
const claim = z.string().trim().min(1).max(200);
const namesOf = (item: z.ZodType<string>) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1).max(50)]);

const domain = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => DOMAIN.test(text), 'must be a domain such as example.com');

const ownScope = z.string().regex(SCOPE_NAME, 'must be a scope such as documents:read');

const issuer = z
  .strictObject({
    issuer: oidcIssuer,
    audience: namesOf(name).optional(),
    jwksUri: oidcIssuer.optional(),
    userClaim: claim.default('email'),
    domains: z.array(domain).max(100).default([]),
    scopeClaim: claim.optional(),
    scopePrefix: name.optional(),
    scopes: z.record(name, namesOf(ownScope)).optional(),
    clientClaim: claim.optional(),
    organizationId: z.uuid('must be the id of an organization').optional(),
    algorithms: z
      .array(z.enum(ALGORITHMS, { error: `must be among ${ALGORITHMS.join(', ')}` }))
      .min(1)
      .default(['ES256', 'RS256', 'PS256', 'EdDSA']),
    idJag: z.boolean().default(false),
  })
  .refine(({ userClaim, domains }) => userClaim === 'sub' || domains.length > 0, {
    path: ['domains'],
    error: 'must name the domains of the addresses that the issuer may say, unless userClaim is "sub"',
  });

/** An authorization server of somebody else whose tokens are accepted. */
export interface ExternalIssuer {
  issuer: string;
  /** What its tokens must be for; `undefined`: the names of this service. */
  audience?: string[] | undefined;
  /** Where its keys are; `undefined`: where its metadata says. */
  jwksUri?: string | undefined;
  /** The claim that says who the person is: the subject, or one with an address. */
  userClaim: string;
  /** The domains of the addresses that it may say. */
  domains: string[];
  /** The claim with the scopes; `undefined`: `scope` or `scp`. */
  scopeClaim?: string | undefined;
  /** What its names of scopes begin with. Others are none of this service. */
  scopePrefix?: string | undefined;
  /** The scopes of this service by the names of the issuer; `undefined`: the names are the same. */
  scopes?: Record<string, string[]> | undefined;
  /** The claim with the client; `undefined`: the usual ones. */
  clientClaim?: string | undefined;
  /** The organisation in which its tokens are valid; `undefined`: the default one. */
  organizationId?: string | undefined;
  algorithms: string[];
  /** Whether it may let clients in for people (identity assertions, ID-JAG). */
  idJag: boolean;
}

/**
 * The authorization servers of others whose tokens are accepted, as JSON.
 *
 * @example
 * OAUTH_EXTERNAL_ISSUERS='[{"issuer": "https://login.example.com", "domains": ["example.com"]}]'
 */
export const externalIssuers = shaped(
  'a JSON list of issuers',
  z.string().transform((text, context): ExternalIssuer[] => {
    const parsed = listSchema.safeParse(jsonOf(text));
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues)
      context.addIssue({ code: 'custom', message: messageOf(path, message) });
    return z.NEVER;
  }),
);

const listSchema = z
  .array(issuer, { error: 'must be a JSON list of issuers, such as [{"issuer": "https://..."}]' })
  .min(1)
  .max(MAX_ISSUERS, `must name at most ${MAX_ISSUERS} issuers`)
  .refine(
    (issuers) => new Set(issuers.map((one) => one.issuer)).size === issuers.length,
    'must name each issuer once',
  );

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @example messageOf([0, 'domains'], 'must ...') // 'issuer 1: domains must ...' */
function messageOf([index, ...path]: readonly PropertyKey[], message: string): string {
  if (index === undefined) return message;
  const member = path.length > 0 ? `${path.map(String).join('.')}: ` : '';
  return `issuer ${Number(index) + 1}: ${member}${message}`;
}
