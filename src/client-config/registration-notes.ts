import type { Settings } from '../config/settings.js';

/** What becomes here of a program that registers itself, where it does not simply come in. */
const NOTES: Readonly<Record<Settings['oauth']['registration'], readonly string[]>> = {
  open: [],
  approved: [
    'An administrator approves a program that is new here. Its person sees its id and asks for that.',
  ],
  off: ['This service takes no program that registers itself (`OAUTH_DCR` is `off`).'],
};

export const registrationNotes = ({ oauth }: Pick<Settings, 'oauth'>): readonly string[] =>
  NOTES[oauth.registration];
