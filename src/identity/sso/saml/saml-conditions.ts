import type { Expected } from './saml-expected.js';
import { SamlRefusal } from './saml-refusal.js';
import {
  ASSERTION,
  attributeOf,
  childrenOf,
  elementsIn,
  isNamed,
  onlyChild,
  textIn,
  type XmlElement,
} from './xml.js';

/** By how much the clock of a provider may differ. */
const SKEW_MS = 60_000;
const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
/** Conditions that are met here. One that is not known makes an assertion invalid, as the standard has it. */
const KNOWN = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

/** Checks that an assertion was confirmed for this browser, now and here. @throws SamlRefusal */
export function checkConfirmation(confirmation: XmlElement, expected: Expected, now: number): void {
  if (attributeOf(confirmation, 'Method') !== BEARER)
    throw new SamlRefusal('saml_malformed', 'the subject is confirmed in another way');
  const data = onlyChild(confirmation, ASSERTION, 'SubjectConfirmationData');
  if (attributeOf(data, 'Recipient') !== expected.recipient)
    throw new SamlRefusal('saml_wrong_recipient', 'the assertion is for another address');
  if (attributeOf(data, 'InResponseTo') !== expected.requestId)
    throw new SamlRefusal('saml_wrong_request', 'the assertion answers another request');
  checkTimes(data, now);
}

/** Checks when an assertion is valid, and for whom. @throws SamlRefusal */
export function checkConditions(conditions: XmlElement, { audience }: Expected, now: number): void {
  checkTimes(conditions, now);
  if (!elementsIn(conditions).every((one) => KNOWN.some((name) => isNamed(one, ASSERTION, name))))
    throw new SamlRefusal('saml_malformed', 'it has a condition that is not known');
  const restrictions = childrenOf(conditions, ASSERTION, 'AudienceRestriction');
  const isOurs = (restriction: XmlElement) =>
    childrenOf(restriction, ASSERTION, 'Audience').some((one) => textIn(one) === audience);
  if (restrictions.length === 0 || !restrictions.every(isOurs))
    throw new SamlRefusal('saml_wrong_audience', 'the assertion is for another service');
}

/** An end is always needed: without one, a stolen assertion would be good for ever. */
function checkTimes(element: XmlElement, now: number): void {
  const start = attributeOf(element, 'NotBefore');
  const end = attributeOf(element, 'NotOnOrAfter');
  const isEarly = start !== undefined && timeIn(start) > now + SKEW_MS;
  if (end === undefined || isEarly || timeIn(end) <= now - SKEW_MS)
    throw new SamlRefusal('saml_expired', `${element.localName} is not valid now`);
}

function timeIn(text: string): number {
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new SamlRefusal('saml_malformed', 'it has a time that is none');
  return time;
}
