import { secretSpans } from '../../secrets/whole-secrets.js';
import { type Word, wordsOf } from './words.js';

/** A part of a document's text, with what stands around it: a secret may begin or end there. */
export interface PassageText {
  before: string;
  text: string;
  after: string;
}

/** How many words an excerpt has, in at most two parts. */
const PART_WORDS = 40;
const WHOLE_WORDS = 60;
/** How many characters a part has, and how many of them stand before the first match: a word, or what divides two, may be long. */
const PART_LENGTH = 1_000;
const BEFORE_MATCH = 200;
/** In characters. */
const SHORT_SECRET = 300;
const MOST_UNDIVIDED = 30;
const IS_SPACE = /\s/;

interface Span {
  start: number;
  end: number;
}

/**
 * The words of a passage around those that match, which stand between `**`. Secrets are neither cut nor marked, so that whoever
 * sends the excerpt can find them.
 * @param matches the numbers of the words in the passage that match, by the number of the query's word
 */
export function excerptOf(
  { before, text, after }: PassageText,
  matches: ReadonlyMap<number, number>,
): string {
  const whole = before + text + after;
  const words = wordsOf(text).words.map((word) => ({
    ...word,
    start: word.start + before.length,
    end: word.end + before.length,
  }));
  const secrets = secretSpans(whole);
  const parts = partsOf(words, matches).map(({ start, end }) => {
    const span: Span = {
      start: start === 0 ? before.length : gapBefore(whole, words[start]!.start, before.length),
      end:
        end >= words.length
          ? before.length + text.length
          : gapBehind(whole, words[end - 1]!.end, before.length + text.length),
    };
    const found = words.slice(start, end).filter((_, word) => matches.has(start + word));
    return marked(whole, keepWhole(shortened(whole, span, found), secrets, found), secrets, found);
  });
  return parts.filter((part) => part !== '').join(' ... ');
}

/** Where the characters that no space divides begin, of which some stand before this place: nothing begins in the middle of `member's`. */
function gapBefore(text: string, place: number, least: number): number {
  for (let at = place; at >= least && place - at <= MOST_UNDIVIDED; at--)
    if (at === least || IS_SPACE.test(text[at - 1]!)) return at;
  return place;
}

function gapBehind(text: string, place: number, most: number): number {
  for (let at = place; at <= most && at - place <= MOST_UNDIVIDED; at++)
    if (at === most || IS_SPACE.test(text[at]!)) return at;
  return place;
}

/** The span, or of a long one the part around its first match; no character is cut that consists of two code units. */
function shortened(text: string, { start, end }: Span, [first]: readonly Word[]): Span {
  if (end - start <= PART_LENGTH) return { start, end };
  const from = Math.max(start, Math.min((first?.start ?? start) - BEFORE_MATCH, end - PART_LENGTH));
  return { start: characterAt(text, from), end: characterAt(text, from + PART_LENGTH) };
}

const characterAt = (text: string, place: number): number =>
  /[\udc00-\udfff]/.test(text.charAt(place)) ? place - 1 : place;

/** The span with the secrets whole that it would cut; without a long one, unless a match is in it. */
function keepWhole(span: Span, secrets: readonly Span[], matches: readonly Word[]): Span {
  let { start, end } = span;
  for (const secret of secrets) {
    if (secret.end <= span.start || secret.start >= span.end) continue;
    const isKept =
      secret.end - secret.start <= SHORT_SECRET ||
      matches.some((word) => word.start < secret.end && word.end > secret.start);
    if (secret.start < span.start) start = isKept ? secret.start : secret.end;
    if (secret.end > span.end) end = isKept ? secret.end : secret.start;
  }
  return { start, end: Math.max(start, end) };
}

/** The text of a span; what matches stands between `**`, and a secret that matches does as a whole. */
function marked(
  text: string,
  { start, end }: Span,
  secrets: readonly Span[],
  matches: readonly Word[],
): string {
  let result = '';
  let at = start;
  for (const word of matches) {
    const span = secrets.find((secret) => secret.start < word.end && secret.end > word.start) ?? word;
    if (span.start < at || span.end > end) continue;
    result += `${text.slice(at, span.start)}**${text.slice(span.start, span.end)}**`;
    at = span.end;
  }
  return (result + text.slice(at, end)).trim();
}

/** The parts of a passage that hold the most words of the query, as numbers of words. */
function partsOf(words: readonly Word[], matches: ReadonlyMap<number, number>): Span[] {
  if (words.length <= WHOLE_WORDS) return [{ start: 0, end: words.length }];
  const first = bestPart(words.length, matches, new Set());
  const told = new Set(groupsWithin(first, matches));
  const second = bestPart(words.length, matches, told, first);
  const parts = [...groupsWithin(second, matches)].some((group) => !told.has(group))
    ? [first, second]
    : [first];
  return parts.sort((a, b) => a.start - b.start);
}

function bestPart(
  length: number,
  matches: ReadonlyMap<number, number>,
  told: ReadonlySet<number>,
  taken?: Span,
): Span {
  let best: Span = { start: 0, end: Math.min(length, PART_WORDS) };
  let most = 0;
  for (const match of matches.keys()) {
    const start = Math.max(0, Math.min(match - 8, length - PART_WORDS));
    const part = { start, end: Math.min(length, start + PART_WORDS) };
    if (taken && part.start < taken.end && part.end > taken.start) continue;
    const groups = new Set([...groupsWithin(part, matches)].filter((group) => !told.has(group)));
    if (groups.size > most) [best, most] = [part, groups.size];
  }
  return best;
}

function* groupsWithin({ start, end }: Span, matches: ReadonlyMap<number, number>): Iterable<number> {
  for (const [word, group] of matches) if (word >= start && word < end) yield group;
}
