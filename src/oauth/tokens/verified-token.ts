/** What a token says, after its signature was verified. Whether it still holds is for the database to say. */
export interface VerifiedToken {
  /** The person whom the token is of; `null` for a client that acts for its own agent. */
  userId: string | null;
  organizationId: string;
  /** The client that it was issued to. */
  clientId: string;
  /** Who issued it, where that is not this service. Clients of others are unknown here. */
  issuer: string | null;
  grantId: string | null;
  /** See `Caller.tokenIds`. */
  tokenIds: readonly string[];
  /** See `Caller.earlierClientIds`. */
  earlierClientIds: readonly string[];
  /** The agents that act for the person, who acts now last. */
  actors: readonly string[];
  scopes: readonly string[];
  expiresAt: Date;
  /** The thumbprint of the key that must be shown with the token (RFC 9449); `null` for a token of its bearer. */
  keyThumbprint: string | null;
}

/** Verifies the tokens of an issuer. */
export interface TokenVerifier {
  /** Returns whether the tokens of this issuer are its own. */
  isOf(issuer: string): boolean;
  /** @throws ServiceError `invalid_token`, `issuer_unavailable` */
  verify(token: string): Promise<VerifiedToken>;
}
