import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { ProtectedResource } from '../../access/protected-resource.js';
import { dataScopesIn } from '../grantable-scopes.js';
import { invalidToken } from './invalid-token.js';
import { SIGNING_ALGORITHM, SigningKeys } from './signing-keys.js';
import { actorsIn, ownClaims, type OwnClaims } from './token-claims.js';
import type { TokenVerifier, VerifiedToken } from './verified-token.js';

/** Verifies the access tokens that this service has issued (RFC 9068). */
@Injectable()
export class OwnTokens implements TokenVerifier {
  constructor(
    private readonly resource: ProtectedResource,
    private readonly keys: SigningKeys,
  ) {}

  isOf(issuer: string): boolean {
    return issuer === this.resource.url;
  }

  async verify(token: string): Promise<VerifiedToken> {
    return verifiedOf(await this.claimsOf(token));
  }

  /** Returns what a token says whose signature is the service's. @throws ServiceError `invalid_token` */
  async claimsOf(token: string): Promise<OwnClaims> {
    const claims = ownClaims.safeParse(await this.payloadOf(token));
    if (!claims.success) throw invalidToken('malformed_token');
    return claims.data;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = kid === undefined ? undefined : await this.keys.find(kid);
          if (!key) throw invalidToken('unknown_signing_key');
          return key;
        },
        {
          issuer: this.resource.url,
          typ: 'at+jwt',
          algorithms: [SIGNING_ALGORITHM],
          requiredClaims: ['aud', 'exp', 'iat', 'jti', 'sub'],
        },
      );
      const audiences = [payload.aud ?? []].flat();
      if (!audiences.some((audience) => this.resource.isOwn(audience))) throw invalidToken('wrong_audience');
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw invalidToken(reasonOf(error));
      throw error;
    }
  }
}

function verifiedOf(claims: OwnClaims): VerifiedToken {
  const { sub, client_id: clientId, scope, exp, jti, org, gid, fam, act, from = [], cnf } = claims;
  return {
    userId: gid === undefined && act === undefined ? null : sub,
    organizationId: org,
    clientId,
    issuer: null,
    grantId: gid ?? null,
    tokenIds: [jti, ...(fam === undefined ? [] : [fam]), ...from.map((earlier) => earlier.jti)],
    earlierClientIds: from.map((earlier) => earlier.client_id),
    actors: actorsIn(act),
    scopes: dataScopesIn(scope.split(' ').filter(Boolean)),
    expiresAt: new Date(exp * 1000),
    keyThumbprint: cnf?.jkt ?? null,
  };
}

/** Returns the reason for the audit row, such as `ERR_JWT_EXPIRED` in lower case. */
export const reasonOf = ({ code }: errors.JOSEError): string => code.toLowerCase().replace(/^err_/, '');
