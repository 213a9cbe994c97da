import { isLineText } from '../../validation/line-text.js';

/** The most characters of the name of a person, as for users that an administrator makes. */
export const MAX_NAME = 200;

/** Returns whether a text can be the name of a person, which stands in mails and audit rows. */
export const isPersonName = (name: string): boolean =>
  name.trim() !== '' && name.length <= MAX_NAME && isLineText(name);
