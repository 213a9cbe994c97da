import { type Html, html } from '../html.js';
import { PAGES, withNext } from '../page-paths.js';

const control = (act: 'sign-in' | 'add', next: string, button: string, fields?: Html): Html =>
  html`<form
    data-passkey="${act}"
    data-next="${next}"
    data-again="${withNext(PAGES.signIn, PAGES.security)}"
    hidden
  >
    ${fields}
    <button type="submit" class="quiet">${button}</button>
    <p class="bad" role="alert" hidden></p>
  </form>`;

/** @param next where the person is led afterwards */
export const passkeySignIn = (next: string): Html => control('sign-in', next, 'Sign in with a passkey');

/** @param next where the person is led afterwards */
export const passkeyAddition = (next: string): Html =>
  control(
    'add',
    next,
    'Add a passkey',
    html`<label for="passkey-name">Name of the passkey</label>
      <input id="passkey-name" name="name" autocomplete="off" maxlength="100" placeholder="Laptop" />`,
  );
