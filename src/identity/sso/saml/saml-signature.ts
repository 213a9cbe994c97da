import { SamlRefusal } from './saml-refusal.js';
import { attributeOf, childOf, DSIG, elementsIn, isNamed, onlyChild, type XmlElement } from './xml.js';

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
/** Neither SHA-1 nor a shared secret is among them. */
const SIGNATURES = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
];
const DIGESTS = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];
const TRANSFORMS = [ENVELOPED, EXCLUSIVE];

type Algorithms = Record<string, unknown>;

interface SignedXml {
  SignatureAlgorithms: Algorithms;
  HashAlgorithms: Algorithms;
  CanonicalizationAlgorithms: Algorithms;
  loadSignature(signature: XmlElement): void;
  checkSignature(xml: string): boolean;
  getSignedReferences(): string[];
}

interface SignatureLibrary {
  SignedXml: new (options: { publicCert: string; getCertFromKeyInfo: () => null }) => SignedXml;
}

/**
 * Returns the bytes of an element that one of the certificates has signed. Only they are read afterwards, so that nothing that
 * stands beside them, or around them, is taken for them. A key in the document itself is never used.
 * @param xml the document of the element
 * @throws SamlRefusal
 */
export async function signedBytes(
  xml: string,
  element: XmlElement,
  certificates: readonly string[],
): Promise<string> {
  const signature = childOf(element, DSIG, 'Signature');
  if (!signature) throw new SamlRefusal('saml_not_signed', `${element.localName} is not signed`);
  checkForm(signature, attributeOf(element, 'ID'));
  const { SignedXml } = (await import('xml-crypto')) as unknown as SignatureLibrary;
  for (const publicCert of certificates) {
    const signed = new SignedXml({ publicCert, getCertFromKeyInfo: () => null });
    signed.SignatureAlgorithms = only(signed.SignatureAlgorithms, SIGNATURES);
    signed.HashAlgorithms = only(signed.HashAlgorithms, DIGESTS);
    signed.CanonicalizationAlgorithms = only(signed.CanonicalizationAlgorithms, TRANSFORMS);
    signed.loadSignature(signature);
    const [bytes, ...more] = isValid(signed, xml) ? signed.getSignedReferences() : [];
    if (bytes !== undefined && more.length === 0) return bytes;
  }
  throw new SamlRefusal('saml_signature_invalid', 'no certificate of the connection has signed it');
}

/** A signature that is wrong may throw, or not. */
function isValid(signed: SignedXml, xml: string): boolean {
  try {
    return signed.checkSignature(xml);
  } catch {
    return false;
  }
}

/** Allows one form of a signature: of exactly the element that it stands in, by algorithms that are trusted. @throws SamlRefusal */
function checkForm(signature: XmlElement, id: string | undefined): void {
  assertNames(elementsIn(signature), ['SignedInfo', 'SignatureValue', 'KeyInfo']);
  const info = onlyChild(signature, DSIG, 'SignedInfo');
  const parts = elementsIn(info);
  assertNames(parts, ['CanonicalizationMethod', 'SignatureMethod', 'Reference']);
  const [canonicalization, method, reference] = parts as [XmlElement, XmlElement, XmlElement];
  assertNames(elementsIn(reference), ['Transforms', 'DigestMethod', 'DigestValue']);
  const [transforms, digest] = elementsIn(reference) as [XmlElement, XmlElement];
  const applied = elementsIn(transforms);
  assertNames(applied, applied.length === 1 ? ['Transform'] : ['Transform', 'Transform']);
  if (id === undefined || !/^[A-Za-z_][\w.-]{0,255}$/.test(id) || attributeOf(reference, 'URI') !== `#${id}`)
    throw new SamlRefusal('saml_signature_invalid', 'the signature is not of the element that it stands in');
  assertAlgorithms([canonicalization], [EXCLUSIVE]);
  assertAlgorithms([method], SIGNATURES);
  assertAlgorithms([digest], DIGESTS);
  assertAlgorithms(applied, TRANSFORMS);
}

/** @param names what the elements are, in this order; the last of a signature, which is never used, may be absent */
function assertNames(elements: readonly XmlElement[], names: readonly string[]): void {
  const needed = names.at(-1) === 'KeyInfo' ? names.length - 1 : names.length;
  const isExpected =
    elements.length >= needed &&
    elements.length <= names.length &&
    elements.every((element, index) => isNamed(element, DSIG, names[index]!));
  if (!isExpected) throw new SamlRefusal('saml_malformed', 'the signature has another form');
}

function assertAlgorithms(elements: readonly XmlElement[], allowed: readonly string[]): void {
  for (const element of elements) {
    const algorithm = attributeOf(element, 'Algorithm') ?? '';
    if (!allowed.includes(algorithm))
      throw new SamlRefusal('saml_algorithm_refused', `${algorithm.slice(0, 100)} is not allowed`);
  }
}

const only = (algorithms: Algorithms, allowed: readonly string[]): Algorithms =>
  Object.fromEntries(Object.entries(algorithms).filter(([name]) => allowed.includes(name)));
