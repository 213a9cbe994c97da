import { Injectable } from '@nestjs/common';
import { decodeJwt } from 'jose';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import { ProtectedResource } from '../../access/protected-resource.js';
import { ScopeCatalogue } from '../../access/scope-catalogue.js';
import type { ExternalIssuer } from '../../config/external-issuers.js';
import { grantableScopes } from '../grantable-scopes.js';
import { invalidToken } from '../tokens/invalid-token.js';
import type { TokenVerifier, VerifiedToken } from '../tokens/verified-token.js';
import { clientIn, isBoundOtherwise, keyIn, scopesIn, textIn } from './external-claims.js';
import { ExternalIssuers } from './external-issuers.js';
import { ExternalPeople } from './external-people.js';

/** What the header of an access token says: RFC 9068, or that it is some JWT. Several issuers say nothing. */
const TYPES = ['at+jwt', 'jwt', undefined];

/** Verifies the access tokens of the issuers that an administrator has named. */
@Injectable()
export class ExternalTokens implements TokenVerifier {
  private scopes: ReadonlySet<string> | undefined;

  constructor(
    private readonly issuers: ExternalIssuers,
    private readonly people: ExternalPeople,
    private readonly resource: ProtectedResource,
    private readonly catalogue: ScopeCatalogue,
  ) {}

  isOf(issuer: string): boolean {
    return this.issuers.find(issuer) !== undefined;
  }

  async verify(token: string): Promise<VerifiedToken> {
    const from = this.issuers.find(decodeJwt(token).iss ?? '');
    if (!from) throw invalidToken('unknown_issuer');
    const claims = await this.issuers.verify(token, from, TYPES, { requiredClaims: ['aud'] });
    const audiences = [claims.aud ?? []].flat();
    if (!audiences.some((audience) => this.isMeant(audience, from))) throw invalidToken('wrong_audience');
    if (isBoundOtherwise(claims)) throw invalidToken('unsupported_confirmation');
    const clientId = clientIn(claims, from);
    if (clientId === undefined) throw invalidToken('unknown_client');
    const userId = await this.people.find(claims, from);
    if (userId === undefined) throw invalidToken('unknown_user');
    const id = textIn(claims, 'jti');
    return {
      userId,
      organizationId: from.organizationId ?? DEFAULT_ORGANIZATION,
      clientId,
      issuer: from.issuer,
      grantId: null,
      tokenIds: id === undefined ? [] : [`${from.issuer}#${id}`],
      earlierClientIds: [],
      actors: [],
      scopes: scopesIn(claims, from, this.grantable()) ?? [],
      expiresAt: new Date(claims.exp * 1000),
      keyThumbprint: keyIn(claims),
    };
  }

  private isMeant(audience: string, { audience: named }: ExternalIssuer): boolean {
    return named === undefined ? this.resource.isOwn(audience) : named.includes(audience);
  }

  private grantable(): ReadonlySet<string> {
    this.scopes ??= new Set(grantableScopes(this.catalogue));
    return this.scopes;
  }
}
