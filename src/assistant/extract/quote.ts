import { spanOfWholeSecrets } from '../../secrets/whole-secrets.js';
import { readableText } from './readable-text.js';

/** A longer sentence is quoted in part, in characters. */
const MOST = 400;
const BEFORE_MATCH = 120;
const MOST_OF_TITLE = 200;

/**
 * A sentence, or of a long one the part around a place. Neither a word nor a secret is cut.
 * @param place where the words stand that were asked for
 */
export function quoteOf(sentence: string, place: number): string {
  if (sentence.length <= MOST) return sentence;
  const from = Math.max(0, Math.min(place - BEFORE_MATCH, sentence.length - MOST));
  const first = from === 0 ? 0 : wordStart(sentence, from);
  const last = from + MOST >= sentence.length ? sentence.length : wordEnd(sentence, from + MOST);
  const { start, end } = spanOfWholeSecrets(sentence, first, Math.max(first, last));
  const part = sentence.slice(start, end).trim();
  return `${start > 0 ? '... ' : ''}${part}${end < sentence.length ? ' ...' : ''}`;
}

/** The place itself where no space is near: a text without spaces. */
function wordStart(text: string, place: number): number {
  const space = text.slice(place, place + BEFORE_MATCH / 2).search(/\s/);
  return space < 0 ? characterAt(text, place) : place + space + 1;
}

function wordEnd(text: string, place: number): number {
  const space = text.slice(place - BEFORE_MATCH / 2, place).search(/\s\S*$/);
  return space < 0 ? characterAt(text, place) : place - BEFORE_MATCH / 2 + space;
}

const characterAt = (text: string, place: number): number =>
  /[\udc00-\udfff]/.test(text.charAt(place)) ? place - 1 : place;

export const inQuotes = (text: string): string => (text.includes('"') ? `“${text}”` : `"${text}"`);

export const shownTitle = (title: string): string =>
  inQuotes(quoteOf(readableText(title), 0).slice(0, MOST_OF_TITLE));
