import { MAX_NAME } from '../auth/person-name.js';
import { PASSWORD_LENGTH } from '../links/password-rule.js';
import { type Html, html } from './html.js';

/** Each input has its label, and tells browsers and password managers what it is for. */
export const emailField = (value: string | undefined): Html =>
  html`<label for="email">E-mail address</label>
    <input
      id="email"
      name="email"
      type="email"
      autocomplete="username"
      required
      maxlength="254"
      value="${value}"
    />`;

/** @param id tells the fields of a page with several apart */
export const passwordField = (id = 'password'): Html =>
  html`<label for="${id}">Password</label>
    <input id="${id}" name="password" type="password" autocomplete="current-password" required />`;

export const nameField = (value: string | undefined): Html =>
  html`<label for="name">Your name</label>
    <input id="name" name="name" autocomplete="name" required maxlength="${MAX_NAME}" value="${value}" />`;

export const codeField = (): Html =>
  html`<label for="code">Code of your authenticator app</label>
    <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required maxlength="10" />`;

export const newPasswordField = (): Html =>
  html`<label for="password">New password</label>
    <input
      id="password"
      name="password"
      type="password"
      autocomplete="new-password"
      aria-describedby="password-hint"
      required
      minlength="${PASSWORD_LENGTH.min}"
      maxlength="${PASSWORD_LENGTH.max}"
    />
    <p class="hint" id="password-hint">At least ${PASSWORD_LENGTH.min} characters.</p>`;

/** The account that a new password is for. It is shown, and not sent back: the link alone says whose it is. */
export const ownerField = (email: string): Html =>
  html`<label for="owner">E-mail address</label>
    <input id="owner" type="email" autocomplete="username" readonly value="${email}" />`;

export const hidden = (name: string, value: string | undefined): Html | undefined =>
  value === undefined ? undefined : html`<input type="hidden" name="${name}" value="${value}" />`;

/** @param look what the button is like: `quiet` for what is seldom wanted */
export const form = (
  action: string,
  button: string,
  fields: readonly (Html | undefined)[],
  look: 'plain' | 'quiet' = 'plain',
): Html =>
  html`<form method="post" action="${action}">
    ${fields.filter((field) => field !== undefined)}
    <button type="submit" class="${look}">${button}</button>
  </form>`;
