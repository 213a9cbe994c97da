/**
 * Characters that no line of a log, a row or a terminal may hold: control characters (C0, C1, so no escape sequence), line
 * separators, format characters (which turn the direction of text, or have no width), and everything else that Unicode shows as
 * nothing (`Default_Ignorable_Code_Point`: tag characters and variation selectors, in which a text can hide another). U+FE0E and
 * U+FE0F stay, because emoji are written with them. The Braille blank is a letter that looks like a space.
 */
const UNSAFE =
  /(?!\uFE0E|\uFE0F)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{E0000}-\u{E007F}\u2800]/gu;

/** The same without the joiners, which some scripts and emoji are written with. */
const UNSAFE_IN_TITLES = new RegExp(String.raw`(?!\u200C|\u200D)${UNSAFE.source}`, 'u');

const keepsLines = (character: string): string =>
  character === '\n' || character === '\t' ? character : '\uFFFD';

/** A text that others chose as one line for a log, an audit row or a terminal: each unsafe character shows as U+FFFD. */
export const lineText = (text: string): string => text.toWellFormed().replace(UNSAFE, '\uFFFD');

/** The same for a text of several lines, such as a stack trace or a mail: line feeds and tabs stay. */
export const linesText = (text: string): string => text.toWellFormed().replace(UNSAFE, keepsLines);

/** Whether a text is one line that shows all it has: for the names of keys and users, which stand in rows, logs and mails. */
export const isLineText = (text: string): boolean => text.isWellFormed() && text.search(UNSAFE) === -1;

/** The same, but with the joiners: for titles. */
export const isTitleText = (text: string): boolean => text.isWellFormed() && !UNSAFE_IN_TITLES.test(text);
