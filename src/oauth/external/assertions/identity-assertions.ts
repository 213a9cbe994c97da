import { Injectable } from '@nestjs/common';
import { decodeJwt } from 'jose';
import * as z from 'zod';
import { DEFAULT_ORGANIZATION } from '../../../access/principal.js';
import { ProtectedResource } from '../../../access/protected-resource.js';
import { ScopeCatalogue } from '../../../access/scope-catalogue.js';
import type { ExternalIssuer } from '../../../config/external-issuers.js';
import { grantableScopes } from '../../grantable-scopes.js';
import { invalidToken } from '../../tokens/invalid-token.js';
import { scopesIn } from '../external-claims.js';
import { CLOCK_SECONDS, ExternalIssuers } from '../external-issuers.js';
import { ExternalPeople } from '../external-people.js';

const TYPE = 'oauth-id-jag+jwt';
/** How long an assertion may be valid. It is redeemed at once. */
const MAX_SECONDS = 1_800;

const text = z.string().min(1).max(2_048);

const claims = z.object({
  sub: text,
  client_id: text,
  jti: text,
  iat: z.number(),
  exp: z.number(),
  aud: z.union([text, z.tuple([text]).transform(([one]) => one)]),
  resource: z.union([text.transform((one) => [one]), z.array(text).min(1)]).optional(),
});

/** What an issuer says by an assertion: that a client may act for a person. */
export interface IdentityAssertion {
  issuer: string;
  /** What the issuer calls the assertion. It is taken once. */
  id: string;
  userId: string;
  organizationId: string;
  /** `undefined` where the issuer says nothing of scopes. */
  scopes: readonly string[] | undefined;
  expiresAt: Date;
}

/**
 * Verifies identity assertions (draft-ietf-oauth-identity-assertion-authz-grant, section 4.4.1; MCP enterprise-managed authorization,
 * section 7). Whether the client comes in at all is not for them to say.
 */
@Injectable()
export class IdentityAssertions {
  constructor(
    private readonly issuers: ExternalIssuers,
    private readonly people: ExternalPeople,
    private readonly resource: ProtectedResource,
    private readonly catalogue: ScopeCatalogue,
  ) {}

  /** Whether any issuer gives them. */
  get areTaken(): boolean {
    return this.issuers.giveAssertions;
  }

  /**
   * @param clientId the client that was authenticated
   * @throws ServiceError `invalid_token`, `issuer_unavailable`
   */
  async verify(assertion: string, clientId: string): Promise<IdentityAssertion> {
    const from = this.issuerOf(assertion);
    const payload = await this.issuers.verify(assertion, from, [TYPE]);
    const parsed = claims.safeParse(payload);
    if (!parsed.success) throw invalidToken('malformed_assertion');
    const { jti, iat, exp, aud, resource, client_id: meant } = parsed.data;
    if (aud.replace(/\/$/, '') !== this.resource.url) throw invalidToken('wrong_audience');
    if (resource?.every((name) => this.resource.isOwn(name)) === false) throw invalidToken('wrong_resource');
    if (meant !== clientId) throw invalidToken('wrong_client');
    const end = Math.min(iat, Date.now() / 1000) + MAX_SECONDS + CLOCK_SECONDS;
    if (exp > end) throw invalidToken('valid_too_long');
    const userId = await this.people.find(payload, from);
    if (userId === undefined) throw invalidToken('unknown_user');
    return {
      issuer: from.issuer,
      id: jti,
      userId,
      organizationId: from.organizationId ?? DEFAULT_ORGANIZATION,
      scopes: scopesIn(payload, from, new Set(grantableScopes(this.catalogue))),
      expiresAt: new Date(exp * 1000),
    };
  }

  /** Nothing is believed yet. @throws ServiceError `invalid_token` */
  private issuerOf(assertion: string): ExternalIssuer {
    let issuer: string | undefined;
    try {
      issuer = decodeJwt(assertion).iss;
    } catch {
      throw invalidToken('malformed_assertion');
    }
    const found = this.issuers.find(issuer ?? '');
    if (!found?.idJag) throw invalidToken('unknown_issuer');
    return found;
  }
}
