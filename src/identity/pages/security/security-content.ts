import type { EnrolledFactors, ListedPasskey } from '../../second-factor/second-factors.js';
import { form, hidden, passwordField } from '../fields.js';
import { type Html, html } from '../html.js';
import { PAGES, withNext } from '../page-paths.js';
import { passkeyAddition, passkeySignIn } from '../passkeys/passkey-controls.js';

export interface SecurityState {
  factors: EnrolledFactors;
  passkeys: readonly ListedPasskey[];
  /** Whether the session lacks the second factor that its person needs. */
  isLimited: boolean;
  /** Where the person is led once a factor is added. */
  next: string | undefined;
}

/** For who has a second factor, and has not shown it in this session. */
export const stepUpContent = ({ factors, passkeys, next }: SecurityState): Html => {
  const path = next ?? PAGES.security;
  return html`<p>Your account has a second factor. Show it first.</p>
    ${passkeys.length > 0 ? passkeySignIn(path) : undefined}
    ${
      factors.totp
        ? html`<p><a class="way" href="${withNext(PAGES.secondStep, path)}">Use a code</a></p>`
        : undefined
    }
    ${form(PAGES.signOut, 'Sign out', [], 'quiet')}`;
};

export const securityContent = (state: SecurityState): Html =>
  html`${
      state.isLimited
        ? html`<p>Your account needs a second factor. Add an authenticator app or a passkey to go on.</p>`
        : html`<p><a href="${PAGES.account}">Back to your account</a></p>`
    }
    <h2>Authenticator app</h2>
    ${state.factors.totp ? appContent(state) : noAppContent(state)}
    <h2>Passkeys</h2>
    ${passkeysContent(state)} ${state.isLimited ? form(PAGES.signOut, 'Sign out', [], 'quiet') : undefined}`;

/** People without a password have signed in shortly before. */
const password = ({ factors }: SecurityState, id: string) =>
  factors.password ? passwordField(id) : undefined;

const noAppContent = (state: SecurityState): Html =>
  html`<p>An app shows a code that changes every 30 seconds. You are asked for it after your password.</p>
    ${form(PAGES.beginApp, 'Add an authenticator app', [hidden('next', state.next), password(state, 'begin')])}`;

const appContent = (state: SecurityState): Html =>
  html`<p>You have an authenticator app.</p>
    <h3>New recovery codes</h3>
    ${form(PAGES.recoveryCodes, 'Make new recovery codes', [password(state, 'codes')], 'quiet')}
    <h3>Remove the app</h3>
    ${form(PAGES.removeApp, 'Remove the authenticator app', [password(state, 'remove')], 'quiet')}`;

const passkeysContent = ({ passkeys, next }: SecurityState): Html =>
  html`<p>A passkey signs you in by a PIN, a finger or a face of your device, without a password.</p>
    <ul>
      ${passkeys.map(passkeyItem)}
    </ul>
    ${passkeyAddition(next ?? `${PAGES.security}?done=passkey`)}
    <noscript><p class="hint">Browsers add passkeys by script, which is switched off here.</p></noscript>`;

const passkeyItem = ({ id, name, createdAt }: ListedPasskey): Html =>
  html`<li>
    ${name ?? 'Passkey'}${createdAt ? `, added ${createdAt.toISOString().slice(0, 10)}` : ''}
    ${form(PAGES.removePasskey, `Remove ${name ?? 'this passkey'}`, [hidden('id', id)], 'quiet')}
  </li>`;
