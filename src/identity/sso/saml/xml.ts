import { SamlRefusal } from './saml-refusal.js';

export const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

const ELEMENT = 1;
/** Is no literal, because the types of the library would bring those of browsers into the whole project. */
const LIBRARY: string = '@xmldom/xmldom';

/** An element of a document, as far as it is read here. */
export interface XmlElement {
  readonly nodeType: number;
  readonly localName: string;
  readonly namespaceURI: string | null;
  readonly childNodes: ArrayLike<XmlElement>;
  readonly textContent: string | null;
  hasAttribute(name: string): boolean;
  getAttribute(name: string): string;
  getElementsByTagNameNS(namespace: string, name: string): ArrayLike<XmlElement>;
}

interface XmlLibrary {
  DOMParser: new (options: { errorHandler: (level: string, message: string) => void }) => {
    parseFromString(text: string, type: string): XmlElement;
  };
}

const malformed = (message: string): SamlRefusal => new SamlRefusal('saml_malformed', message);

/** Returns the text of the XML that a form brought. @throws SamlRefusal */
export function decodedXml(encoded: string): string {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(encoded)) throw malformed('it is not base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'));
  } catch {
    throw malformed('it is not UTF-8');
  }
}

/**
 * Parses a document, and returns its root. Nothing is read that could make two readers see different texts, or that grows: no
 * declaration of types or entities, no comment, no CDATA, no processing instruction.
 * @throws SamlRefusal
 */
export async function parseXml(text: string): Promise<XmlElement> {
  const body = text.replace(/^<\?xml [^<>?]*\?>/, '');
  if (/<[!?]/.test(body)) throw malformed('it has a declaration, a comment or an instruction');
  const { DOMParser } = (await import(LIBRARY)) as XmlLibrary;
  const refuse = (_level: string, message: string): never => {
    throw malformed(message.slice(0, 200));
  };
  const found = elementsIn(new DOMParser({ errorHandler: refuse }).parseFromString(body, 'text/xml'));
  if (found.length !== 1) throw malformed('it has no single root');
  return found[0]!;
}

export const elementsIn = (parent: XmlElement): XmlElement[] =>
  Array.from(parent.childNodes).filter(({ nodeType }) => nodeType === ELEMENT);

export const isNamed = (element: XmlElement, namespace: string, name: string): boolean =>
  element.namespaceURI === namespace && element.localName === name;

export const childrenOf = (parent: XmlElement, namespace: string, name: string): XmlElement[] =>
  elementsIn(parent).filter((element) => isNamed(element, namespace, name));

/** @throws SamlRefusal where there are several */
export function childOf(parent: XmlElement, namespace: string, name: string): XmlElement | undefined {
  const [first, second] = childrenOf(parent, namespace, name);
  if (second) throw malformed(`it has several ${name}`);
  return first;
}

/** @throws SamlRefusal where there is none, or several */
export function onlyChild(parent: XmlElement, namespace: string, name: string): XmlElement {
  const child = childOf(parent, namespace, name);
  if (!child) throw malformed(`it has no ${name}`);
  return child;
}

/** Returns the text of an element that has nothing else. @throws SamlRefusal */
export function textIn(element: XmlElement): string {
  if (elementsIn(element).length > 0) throw malformed(`${element.localName} is no text`);
  return (element.textContent ?? '').trim();
}

/** Returns an attribute; `undefined` where the element has none of this name. */
export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.hasAttribute(name) ? element.getAttribute(name) : undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ESCAPES[character]!);
