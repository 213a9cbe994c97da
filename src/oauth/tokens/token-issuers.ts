import { Injectable } from '@nestjs/common';
import { ExternalTokens } from '../external/external-tokens.js';
import { OwnTokens } from './own-tokens.js';
import type { TokenVerifier } from './verified-token.js';

/** Knows whose tokens the service accepts. */
@Injectable()
export class TokenIssuers {
  private readonly verifiers: readonly TokenVerifier[];

  constructor(own: OwnTokens, external: ExternalTokens) {
    this.verifiers = [own, external];
  }

  /** @returns `undefined` where tokens of the issuer are not accepted */
  of(issuer: string): TokenVerifier | undefined {
    return this.verifiers.find((verifier) => verifier.isOf(issuer));
  }
}
