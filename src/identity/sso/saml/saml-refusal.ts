/** Why an answer of a provider is not believed. The code is in the address that the browser is sent to, and in the audit row. */
export type SamlFault =
  | 'saml_request_unknown'
  | 'saml_malformed'
  | 'saml_status'
  | 'saml_encrypted'
  | 'saml_not_signed'
  | 'saml_algorithm_refused'
  | 'saml_signature_invalid'
  | 'saml_wrong_issuer'
  | 'saml_wrong_destination'
  | 'saml_wrong_recipient'
  | 'saml_wrong_audience'
  | 'saml_wrong_request'
  | 'saml_expired'
  | 'saml_replayed'
  | 'saml_no_address'
  | 'saml_wrong_domain';

/** Refuses an answer of a provider. */
export class SamlRefusal extends Error {
  constructor(
    readonly code: SamlFault,
    message: string,
  ) {
    super(message);
  }
}
