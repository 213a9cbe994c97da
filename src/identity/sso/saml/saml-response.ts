import { domainOf, isAddress } from '../../federation/own-address.js';
import type { Asserted, Expected } from './saml-expected.js';
import { SamlRefusal } from './saml-refusal.js';
import { signedBytes } from './saml-signature.js';
import { checkConditions, checkConfirmation } from './saml-conditions.js';
import {
  ASSERTION,
  attributeOf,
  childOf,
  childrenOf,
  DSIG,
  isNamed,
  onlyChild,
  parseXml,
  PROTOCOL,
  textIn,
  type XmlElement,
} from './xml.js';

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const TRANSIENT_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const ADDRESSES = [
  'email',
  'mail',
  'urn:oid:0.9.2342.19200300.100.1.3',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
];
const NAMES = [
  'displayname',
  'name',
  'urn:oid:2.16.840.1.113730.3.1.241',
  'http://schemas.microsoft.com/identity/claims/displayname',
];

/**
 * Reads an answer of a provider. What says who signs in is read from the bytes of the assertion that were signed.
 * @throws SamlRefusal
 */
export async function readResponse(xml: string, expected: Expected): Promise<Asserted> {
  const response = await parseXml(xml);
  const unsigned = assertionIn(response, expected);
  if (childOf(response, DSIG, 'Signature')) await signedBytes(xml, response, expected.certificates);
  const assertion = await parseXml(await signedBytes(xml, unsigned, expected.certificates));
  if (!isNamed(assertion, ASSERTION, 'Assertion') || attributeOf(assertion, 'Version') !== '2.0')
    throw new SamlRefusal('saml_malformed', 'what was signed is no assertion');
  checkIssuer(onlyChild(assertion, ASSERTION, 'Issuer'), expected);
  const subject = onlyChild(assertion, ASSERTION, 'Subject');
  checkConfirmation(onlyChild(subject, ASSERTION, 'SubjectConfirmation'), expected, Date.now());
  checkConditions(onlyChild(assertion, ASSERTION, 'Conditions'), expected, Date.now());
  onlyChild(assertion, ASSERTION, 'AuthnStatement');
  return { assertionId: attributeOf(assertion, 'ID')!, ...personIn(assertion, subject, expected) };
}

/** Returns the one assertion of an answer, after what stands around it was found to be about this sign-in. */
function assertionIn(response: XmlElement, expected: Expected): XmlElement {
  if (!isNamed(response, PROTOCOL, 'Response') || attributeOf(response, 'Version') !== '2.0')
    throw new SamlRefusal('saml_malformed', 'it is no response of SAML 2.0');
  if (attributeOf(response, 'Destination') !== expected.recipient)
    throw new SamlRefusal('saml_wrong_destination', 'the answer is for another address');
  if (attributeOf(response, 'InResponseTo') !== expected.requestId)
    throw new SamlRefusal('saml_wrong_request', 'it answers another request');
  const issuer = childOf(response, ASSERTION, 'Issuer');
  if (issuer) checkIssuer(issuer, expected);
  const status = onlyChild(onlyChild(response, PROTOCOL, 'Status'), PROTOCOL, 'StatusCode');
  if (attributeOf(status, 'Value') !== SUCCESS)
    throw new SamlRefusal('saml_status', 'the provider has signed nobody in');
  if (response.getElementsByTagNameNS('*', 'EncryptedAssertion').length > 0)
    throw new SamlRefusal('saml_encrypted', 'the assertion is encrypted');
  if (response.getElementsByTagNameNS('*', 'Assertion').length !== 1)
    throw new SamlRefusal('saml_malformed', 'it has no single assertion');
  return onlyChild(response, ASSERTION, 'Assertion');
}

function checkIssuer(issuer: XmlElement, expected: Expected): void {
  if (textIn(issuer) !== expected.issuer)
    throw new SamlRefusal('saml_wrong_issuer', 'another provider has answered');
}

function personIn(assertion: XmlElement, subject: XmlElement, { domains }: Expected) {
  const nameId = onlyChild(subject, ASSERTION, 'NameID');
  const format = attributeOf(nameId, 'Format');
  const id = textIn(nameId);
  if (id === '' || id.length > 255 || format === TRANSIENT_FORMAT)
    throw new SamlRefusal('saml_malformed', 'NameID is not of lasting use');
  const attributes = childrenOf(assertion, ASSERTION, 'AttributeStatement').flatMap((statement) =>
    childrenOf(statement, ASSERTION, 'Attribute'),
  );
  const named = format === EMAIL_FORMAT || isAddress(id) ? id : undefined;
  const email = (valueIn(attributes, ADDRESSES) ?? named ?? '').toLowerCase();
  if (email.length > 254 || !isAddress(email))
    throw new SamlRefusal('saml_no_address', 'it has no e-mail address');
  for (const address of [email, ...(format === EMAIL_FORMAT ? [id] : [])])
    if (!isAddress(address) || !domains.includes(domainOf(address)))
      throw new SamlRefusal('saml_wrong_domain', 'the address is of another domain');
  return { subject: id, email, name: valueIn(attributes, NAMES) };
}

/** Returns the value of the first attribute that has one of the names. @throws SamlRefusal where it has several */
function valueIn(attributes: readonly XmlElement[], names: readonly string[]): string | undefined {
  const found = attributes.filter((attribute) =>
    names.includes((attributeOf(attribute, 'Name') ?? '').toLowerCase()),
  );
  const values = new Set(
    found.flatMap((attribute) => childrenOf(attribute, ASSERTION, 'AttributeValue').map(textIn)),
  );
  if (values.size > 1 && names === ADDRESSES)
    throw new SamlRefusal('saml_malformed', 'it has several e-mail addresses');
  return [...values].find((value) => value !== '');
}
