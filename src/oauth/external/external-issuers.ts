import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { ExternalIssuer } from '../../config/external-issuers.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { invalidToken } from '../tokens/invalid-token.js';
import { reasonOf } from '../tokens/own-tokens.js';
import { IssuerKeys } from './issuer-keys.js';

/** How far the clocks of two machines may be apart. */
export const CLOCK_SECONDS = 10;

/** An issuer of somebody else, with its keys. */
interface Trusted {
  config: ExternalIssuer;
  keys: IssuerKeys;
}

/** Knows the issuers of others that an administrator has named, and verifies what they sign. */
@Injectable()
export class ExternalIssuers {
  private readonly trusted: ReadonlyMap<string, Trusted>;

  constructor(@InjectSettings() settings: Settings) {
    this.trusted = new Map(
      settings.oauth.externalIssuers.map((config) => [
        config.issuer,
        { config, keys: new IssuerKeys(config) },
      ]),
    );
  }

  /** @returns `undefined` for an issuer that nobody named */
  find(issuer: string): ExternalIssuer | undefined {
    return this.trusted.get(issuer)?.config;
  }

  /** Whether any issuer may let clients in for people. */
  get giveAssertions(): boolean {
    return [...this.trusted.values()].some(({ config }) => config.idJag);
  }

  /**
   * Verifies the signature, the issuer, the times and the type of a token.
   * @param types what its header may say, in lower case and without `application/`; `undefined` where it may say nothing
   * @throws ServiceError `invalid_token`, `issuer_unavailable`
   */
  async verify(
    token: string,
    { issuer, algorithms }: ExternalIssuer,
    types: readonly (string | undefined)[],
    options: JWTVerifyOptions = {},
  ): Promise<JWTPayload & { exp: number }> {
    const { keys } = this.trusted.get(issuer)!;
    try {
      const { typ } = decodeProtectedHeader(token);
      if (!types.includes(typ?.toLowerCase().replace(/^application\//, ''))) throw invalidToken('wrong_type');
      const { payload } = await jwtVerify(token, (header, jws) => keys.find(header, jws), {
        ...options,
        issuer,
        algorithms,
        clockTolerance: CLOCK_SECONDS,
        requiredClaims: ['exp', ...(options.requiredClaims ?? [])],
      });
      if ((payload.iat ?? 0) > Date.now() / 1000 + CLOCK_SECONDS) throw invalidToken('issued_in_the_future');
      return payload as JWTPayload & { exp: number };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw invalidToken(reasonOf(error));
      // A key that is too short for its algorithm, or of another kind.
      if (error instanceof TypeError) throw invalidToken('unusable_key_or_header');
      throw error;
    }
  }
}
