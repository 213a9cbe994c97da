/**
 * What no line of a log, a row or a terminal may hold: control characters (C0, C1, so no escape sequence), separators of
 * lines, all invisible format characters (what turns the direction of text, such as U+061C and U+202E, zero-width
 * characters with U+FEFF and the joiners) and the block of the tag characters, in which a text can hide another.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{E0000}-\u{E007F}]/gu;

/** The same without the joiners, which some scripts and emoji are written with. */
const UNSAFE_IN_TITLES = /(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{E0000}-\u{E007F}]/u;

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
