/** What an answer must be about. */
export interface Expected {
  /** The provider. */
  issuer: string;
  certificates: readonly string[];
  domains: readonly string[];
  /** What the service calls itself at the provider. */
  audience: string;
  /** Where the answer is sent to. */
  recipient: string;
  /** The request of this browser. */
  requestId: string;
}

/** Who signs in, as a provider has signed it. */
export interface Asserted {
  assertionId: string;
  subject: string;
  email: string;
  name: string | undefined;
}
