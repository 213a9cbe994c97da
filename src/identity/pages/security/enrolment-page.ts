import { codeField, form, hidden } from '../fields.js';
import { type Html, html } from '../html.js';
import { PAGES } from '../page-paths.js';
import { qrCode } from './qr-code.js';

/** What the library makes for an app that is to be added. */
export interface BegunApp {
  totpURI: string;
  backupCodes: readonly string[];
}

/** Shows what an app needs, once: neither the secret nor the recovery codes are shown again. */
export async function enrolmentPage({ totpURI, backupCodes }: BegunApp, next: string | undefined) {
  const secret = new URL(totpURI).searchParams.get('secret') ?? '';
  return html`<h2>1. Add the account to your app</h2>
    <p>
      Scan this code with an authenticator app, or <a href="${totpURI}">open it in an app on this device</a>.
    </p>
    ${await qrCode(totpURI, 'QR code for an authenticator app')}
    <p>Or type this key: <code id="secret">${groupsOf(secret)}</code></p>
    <details>
      <summary>The whole address</summary>
      <code>${totpURI}</code>
    </details>
    <h2>2. Keep your recovery codes</h2>
    ${recoveryCodes(backupCodes)}
    <h2>3. Confirm</h2>
    ${confirmation(next)}`;
}

export const recoveryCodes = (codes: readonly string[]): Html =>
  html`<p>
      Each of these codes replaces the app once, when you do not have it. They are shown only now. Keep them
      where you keep passwords.
    </p>
    <ul class="codes">
      ${codes.map((code) => html`<li><code>${code}</code></li>`)}
    </ul>`;

export const confirmation = (next: string | undefined): Html =>
  form(PAGES.confirmApp, 'Confirm', [hidden('next', next), codeField()]);

/** Apps ignore the spaces. */
const groupsOf = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? '';
