import { Injectable } from '@nestjs/common';
import { dataScopesIn, OFFLINE_SCOPE } from '../../oauth/grantable-scopes.js';
import { ScopeGuide } from '../../scope-guide/scope-guide.service.js';
import { type Html, html } from '../pages/html.js';
import type { GrantPlace } from './grant-places.js';

const PROTOCOL_WORDS: Readonly<Record<string, string>> = {
  openid: 'Know who you are here',
  profile: 'See your name',
  email: 'See your e-mail address',
  [OFFLINE_SCOPE]: 'Stay connected while you are away, until you end it',
};

/** What a person sees who allows a program nothing at all. */
export const NOTHING_LEFT = 'Leave at least one thing that it may do, or refuse.';

/** Makes the controls by which a person agrees to a program. */
@Injectable()
export class ConsentFields {
  constructor(private readonly guide: ScopeGuide) {}

  /** Shows each scope in words, with its risk. The person may take it away. */
  scopes(scopes: readonly string[]): Html {
    return html`<fieldset>
      <legend>It may</legend>
      ${scopes.map((scope) => this.scope(scope))}
    </fieldset>`;
  }

  private scope(scope: string): Html {
    const entry = this.guide.entries().find((known) => known.scope === scope);
    const words = PROTOCOL_WORDS[scope] ?? entry?.description ?? scope;
    const risk = entry === undefined ? undefined : html` <span class="risk">- ${entry.risk} risk</span>`;
    return html`<label class="check">
      <input type="checkbox" name="scope:${scope}" value="on" checked />
      <span>${words}${risk} <code>${scope}</code></span>
    </label>`;
  }
}

/** Returns those of the scopes of a page that the person left. */
export const scopesLeft = (
  scopes: readonly string[],
  given: Readonly<Record<string, string | undefined>>,
): string[] => scopes.filter((scope) => given[`scope:${scope}`] === 'on');

/** Returns whether scopes let a program do nothing. */
export const allowNothing = (scopes: readonly string[]): boolean =>
  dataScopesIn(scopes).length === 0 && !scopes.includes('openid');

/** Lets a person choose the organisation, where there are several. */
export function placeField(places: readonly GrantPlace[]): Html | undefined {
  if (places.length < 2) return undefined;
  return html`<label for="organization">In the organization</label>
    <select id="organization" name="organization">
      ${places.map(({ id, name }) => html`<option value="${id}">${name}</option>`)}
    </select>`;
}
