import { createHash } from 'node:crypto';
import { html } from '../html.js';
import { PAGES } from '../page-paths.js';

/**
 * The only script of the pages: a browser uses passkeys by script alone. It shows the controls, which are hidden where there are
 * no passkeys or no script, and does what their forms would.
 */
export const PASSKEY_SCRIPT = `'use strict';
(() => {
  const { PublicKeyCredential, navigator, document, location } = window;
  if (!PublicKeyCredential?.parseRequestOptionsFromJSON) return;

  const ask = async (path, body) => {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const answer = await fetch('/auth/passkey/' + path, init);
    const made = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(made.detail), { name: made.code });
    return made;
  };

  const acts = {
    'sign-in': async () => {
      const options = await ask('generate-authenticate-options');
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
      const response = await navigator.credentials.get({ publicKey });
      await ask('verify-authentication', { response: response.toJSON() });
    },
    add: async (form) => {
      const options = await ask('generate-register-options');
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      const response = await navigator.credentials.create({ publicKey });
      const name = form.elements.name.value.trim() || 'Passkey';
      await ask('verify-registration', { response: response.toJSON(), name });
    },
  };

  const texts = {
    NotAllowedError: 'The device used no passkey. Try again.',
    InvalidStateError: 'This device has a passkey of yours already.',
    SecurityError: 'Passkeys work only at the address that the service is known by.',
    passkey_not_found: 'No account here has this passkey.',
  };

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const button = form.querySelector('button');
      const told = form.querySelector('[role=alert]');
      button.disabled = true;
      told.hidden = true;
      try {
        await acts[form.dataset.passkey](form);
        location.assign(form.dataset.next);
      } catch (error) {
        if (error.name === 'session_not_fresh') return location.assign(form.dataset.again);
        told.textContent = texts[error.name] || error.message || 'That did not work. Try again.';
        told.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
`;

// Another script has another address, so a browser keeps this one for good.
const VERSION = createHash('sha256').update(PASSKEY_SCRIPT).digest('base64url').slice(0, 16);

export const PASSKEY_SCRIPT_TAG = html`<script src="${PAGES.passkeyScript}?v=${VERSION}" defer></script>`;

export const SCRIPT_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'",
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
};
