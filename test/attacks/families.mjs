import { staleCaller } from './families/stale-caller.mjs';
import { keylessBodies } from './families/keyless-bodies.mjs';
import { unreadAnswers } from './families/unread-answers.mjs';
import { misbehavingTools } from './families/misbehaving-tools.mjs';
import { tampering } from './families/tampering.mjs';
import { twoNamespaces } from './families/two-namespaces.mjs';
import { escalation } from './families/escalation.mjs';
import { evasion } from './families/evasion.mjs';
import { writeOnly } from './families/write-only.mjs';
import { probing } from './families/probing.mjs';
import { fuzz } from './families/fuzz.mjs';
import { accountsOfOthers } from './identity/accounts-of-others.mjs';
import { foreignPages } from './identity/foreign-pages.mjs';
import { guesses } from './identity/guesses.mjs';
import { linksAndRedirects } from './identity/links-and-redirects.mjs';
import { sessionTheft } from './identity/session-theft.mjs';
import { oauthAssertions } from './oauth/assertions.mjs';
import { oauthCodes } from './oauth/codes.mjs';
import { oauthConsent } from './oauth/consent.mjs';
import { oauthDevice } from './oauth/device.mjs';
import { oauthExchange } from './oauth/exchange.mjs';
import { oauthProofs } from './oauth/proofs.mjs';
import { oauthTokens } from './oauth/tokens.mjs';

/** By name: what is tried, and (`obstacle`) why it cannot be tried on this machine. */
export const families = {
  'stale caller on two processes': staleCaller,
  'delay by keyless bodies': keylessBodies,
  'memory under unread answers': unreadAnswers,
  'misbehaving tools on every way in': misbehavingTools,
  'verify against tampering': tampering,
  'two namespaces on one folder': twoNamespaces,
  'escalation over the route table': escalation,
  'evasion of the audit': evasion,
  'write-only keys': writeOnly,
  'probing by searches': probing,
  'protocol fuzz and foreign ids': fuzz,
  'identity: sessions of others': sessionTheft,
  'identity: pages of others': foreignPages,
  'identity: links and redirects': linksAndRedirects,
  'identity: guesses': guesses,
  'identity: accounts of others': accountsOfOthers,
  'oauth: codes and redirects': oauthCodes,
  'oauth: tokens': oauthTokens,
  'oauth: consent and registration': oauthConsent,
  'oauth: exchange for agents': oauthExchange,
  'oauth: proofs of a key': oauthProofs,
  'oauth: codes of devices': oauthDevice,
  'oauth: identity assertions': oauthAssertions,
};
