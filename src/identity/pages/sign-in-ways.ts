import type { Settings } from '../../config/settings.js';
import { PAGES } from './page-paths.js';

/** A way to sign in beside the password: a link on the page, to what starts it. */
export interface SignInWay {
  /** What the library knows it by. */
  id: string;
  label: string;
}

/** Lists the providers that are configured. */
export function signInWays({ federation: { google, github, oidc } }: Settings): readonly SignInWay[] {
  return [
    ...(google ? [{ id: 'google', label: 'Google' }] : []),
    ...(github ? [{ id: 'github', label: 'GitHub' }] : []),
    ...(oidc ? [{ id: 'oidc', label: oidc.name }] : []),
  ];
}

/** @param next where the person is led afterwards */
export const wayPath = ({ id }: SignInWay, next: string | undefined): string =>
  `${PAGES.provider}?${new URLSearchParams({ provider: id, ...(next !== undefined && { next }) }).toString()}`;

/** @param next where the person is led afterwards */
export const companyPath = (next: string | undefined): string =>
  PAGES.company + (next === undefined ? '' : `?${new URLSearchParams({ next }).toString()}`);
