/**
 * Matches characters that no line of a log, a row or a terminal may contain: control characters (C0 and C1, and so
 * escape sequences), line separators, format characters (which change the direction of text, or have no width), and
 * everything else that Unicode renders as nothing (`Default_Ignorable_Code_Point`: tag characters and variation
 * selectors, in which a text can hide another). U+FE0E and U+FE0F are allowed, because emoji need them. The Braille
 * blank is a letter that looks like a space.
 */
const UNSAFE =
  /(?!\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{E0000}-\u{E007F}\u2800]/gu;

/** Matches the same characters except the joiners, which some scripts and emoji need. */
const UNSAFE_IN_TITLES = new RegExp(String.raw`(?!\u200C|\u200D)${UNSAFE.source}`, 'u');

const keepsLines = (character: string): string =>
  character === '\n' || character === '\t' ? character : '\uFFFD';

/**
 * Returns a text from outside as one line for a log, an audit row or a terminal. Each unsafe character becomes
 * U+FFFD.
 */
export const lineText = (text: string): string => text.toWellFormed().replace(UNSAFE, '\uFFFD');

/** Returns a text of several lines, such as a stack trace or a mail. Line feeds and tabs are kept. */
export const linesText = (text: string): string => text.toWellFormed().replace(UNSAFE, keepsLines);

/**
 * Returns whether a text is one line without invisible characters. Names of keys and users must be, because they
 * appear in rows, logs and mails.
 */
export const isLineText = (text: string): boolean => text.isWellFormed() && text.search(UNSAFE) === -1;

/** Returns whether a text is such a line, possibly with joiners, as titles may be. */
export const isTitleText = (text: string): boolean => text.isWellFormed() && !UNSAFE_IN_TITLES.test(text);
