import { deflateRawSync } from 'node:zlib';
import { escapeXml, ASSERTION, PROTOCOL } from './xml.js';

const POST_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';

/** What the service is at a provider. */
export interface ServiceProvider {
  entityId: string;
  /** Where answers are sent to. */
  acsUrl: string;
}

/**
 * Returns the address of a provider with a request to sign somebody in (HTTP-Redirect binding).
 * @param relayState what the provider sends back beside its answer
 */
export function requestUrl(
  signInUrl: string,
  { entityId, acsUrl }: ServiceProvider,
  requestId: string,
  relayState: string,
): string {
  const request =
    `<samlp:AuthnRequest xmlns:samlp="${PROTOCOL}" xmlns:saml="${ASSERTION}" ID="${requestId}" Version="2.0"` +
    ` IssueInstant="${new Date().toISOString()}" Destination="${escapeXml(signInUrl)}"` +
    ` AssertionConsumerServiceURL="${escapeXml(acsUrl)}" ProtocolBinding="${POST_BINDING}">` +
    `<saml:Issuer>${escapeXml(entityId)}</saml:Issuer><samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>`;
  const url = new URL(signInUrl);
  url.searchParams.set('SAMLRequest', deflateRawSync(request).toString('base64'));
  url.searchParams.set('RelayState', relayState);
  return url.href;
}

/** Returns what a provider reads to know the service. */
export const metadataOf = ({ entityId, acsUrl }: ServiceProvider): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n` +
  `<md:EntityDescriptor xmlns:md="${METADATA}" entityID="${escapeXml(entityId)}">` +
  `<md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${PROTOCOL}">` +
  `<md:AssertionConsumerService Binding="${POST_BINDING}" Location="${escapeXml(acsUrl)}" index="0" isDefault="true"/>` +
  `</md:SPSSODescriptor></md:EntityDescriptor>\n`;
