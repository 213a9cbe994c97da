import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import type { Browser } from './browser.js';
import type { Answer } from './test-service.js';

const run = promisify(execFile);
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** A key, and the certificate by which others know its signatures. */
export interface SamlKey {
  privateKey: string;
  certificate: string;
}

/** @param bits the size of the key */
export async function samlKey(bits = 2048): Promise<SamlKey> {
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-saml-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const options = ['-newkey', `rsa:${bits}`, '-keyout', key, '-out', certificate, '-days', '30'];
  try {
    await run('openssl', ['req', '-x509', '-nodes', '-subj', '/CN=idp', ...options]);
    return { privateKey: await readFile(key, 'utf8'), certificate: await readFile(certificate, 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What a provider was asked. */
export interface SamlRequest {
  id: string;
  acsUrl: string;
  audience: string;
  destination: string;
  relayState: string;
}

/** Reads the address that a browser was sent to. */
export function requestIn(address: string): SamlRequest {
  const { searchParams } = new URL(address);
  const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest')!, 'base64')).toString();
  const value = (pattern: RegExp) => pattern.exec(xml)![1]!;
  return {
    id: value(/ ID="(.*?)"/),
    acsUrl: value(/AssertionConsumerServiceURL="(.*?)"/),
    audience: value(/<saml:Issuer>(.*?)</),
    destination: value(/Destination="(.*?)"/),
    relayState: searchParams.get('RelayState')!,
  };
}

export interface SamlClaims {
  nameId: string;
  format: string;
  /** The attribute `email`; `undefined`: none. */
  email: string | undefined;
  issuer: string;
  destination: string;
  recipient: string;
  audience: string;
  inResponseTo: string;
  confirmedFor: string;
  assertionId: string;
  notBefore: Date;
  notOnOrAfter: Date;
  confirmedUntil: Date;
  status: string;
}

const time = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

/** What an honest provider says in answer to a request. */
export const claimsFor = (request: SamlRequest, more: Partial<SamlClaims> = {}): SamlClaims => ({
  nameId: 'ada',
  format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  email: 'ada@example.com',
  issuer: 'https://idp.example.com/saml',
  destination: request.acsUrl,
  recipient: request.acsUrl,
  audience: request.audience,
  inResponseTo: request.id,
  confirmedFor: request.id,
  assertionId: `_${randomBytes(16).toString('hex')}`,
  notBefore: time(-30),
  notOnOrAfter: time(300),
  confirmedUntil: time(300),
  status: 'Success',
  ...more,
});

/** Makes an assertion that nobody has signed. */
export const assertionOf = (claims: SamlClaims): string =>
  `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${claims.assertionId}" Version="2.0" IssueInstant="${time(0).toISOString()}">` +
  `<saml:Issuer>${claims.issuer}</saml:Issuer>` +
  `<saml:Subject><saml:NameID Format="${claims.format}">${claims.nameId}</saml:NameID>` +
  `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
  `<saml:SubjectConfirmationData NotOnOrAfter="${claims.confirmedUntil.toISOString()}" Recipient="${claims.recipient}" InResponseTo="${claims.confirmedFor}"/>` +
  `</saml:SubjectConfirmation></saml:Subject>` +
  `<saml:Conditions NotBefore="${claims.notBefore.toISOString()}" NotOnOrAfter="${claims.notOnOrAfter.toISOString()}">` +
  `<saml:AudienceRestriction><saml:Audience>${claims.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
  `<saml:AuthnStatement AuthnInstant="${time(0).toISOString()}"><saml:AuthnContext>` +
  `<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>` +
  `</saml:AuthnContext></saml:AuthnStatement>` +
  (claims.email === undefined
    ? ''
    : `<saml:AttributeStatement><saml:Attribute Name="email"><saml:AttributeValue>${claims.email}</saml:AttributeValue></saml:Attribute>` +
      `<saml:Attribute Name="role"><saml:AttributeValue>admin</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>`) +
  `</saml:Assertion>`;

/** Puts an assertion, signed or not, into an answer. */
export const responseOf = (claims: SamlClaims, assertion: string): string =>
  `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${randomBytes(16).toString('hex')}" Version="2.0" IssueInstant="${time(0).toISOString()}" Destination="${claims.destination}" InResponseTo="${claims.inResponseTo}">` +
  `<saml:Issuer>${claims.issuer}</saml:Issuer>` +
  `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${claims.status}"/></samlp:Status>` +
  `${assertion}</samlp:Response>`;

/** Signs the element with this name. */
export function signed(
  xml: string,
  { privateKey, certificate }: SamlKey,
  {
    name = 'Assertion',
    signature = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest = 'http://www.w3.org/2001/04/xmlenc#sha256',
    prefixes = [] as string[],
  } = {},
): string {
  const signer = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: signature,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  const xpath = `//*[local-name(.)='${name}']`;
  signer.addReference({
    xpath,
    digestAlgorithm: digest,
    transforms: [ENVELOPED, EXCLUSIVE],
    inclusiveNamespacesPrefixList: prefixes,
  });
  signer.computeSignature(xml, {
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  return signer.getSignedXml();
}

/** Sends an answer as the form of a provider's page does. */
export function post(
  person: Browser,
  { acsUrl, relayState }: SamlRequest,
  xml: string,
  more: Record<string, string> = {},
): Promise<Answer> {
  const form = { SAMLResponse: Buffer.from(xml).toString('base64'), RelayState: relayState, ...more };
  return person.request('POST', new URL(acsUrl).pathname, new URLSearchParams(form), {
    origin: 'https://idp.example.com',
  });
}
