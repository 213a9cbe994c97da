import { dayOf } from '../day.js';
import type { AnswerSource } from '../sources.js';
import { Evidence } from './evidence.js';
import { namesIn } from './names.js';
import { datesIn, LETTERS, numbersOf } from './numbers-and-dates.js';

/** Something that an answer says and no cited passage does. */
export interface Claim {
  text: string;
  /** Where it stands in the answer, in UTF-16 code units. */
  start: number;
  end: number;
}

export interface CheckedAnswer {
  answer: string;
  question: string;
  sources: readonly AnswerSource[];
  /** The numbers of the sources that the answer cites. */
  cited: readonly number[];
}

const ADDRESS = /(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+|(?:https?:\/\/|www\.)[^\s<>"'`[\]()]+/giu;
/** Letters and digits, joined or not: `INV-2041`, `SKY-200-B`, `Q3`, `10.20.0.53`, `gw-07`. */
const IDENTIFIER = new RegExp(
  `(?<![${LETTERS}\\p{N}_.-])(?:(?=[${LETTERS}\\p{N}_/-]*\\d)(?=[${LETTERS}\\p{N}_/-]*[${LETTERS}])[${LETTERS}\\p{N}_]+(?:[-/_][${LETTERS}\\p{N}_]+)*|\\d+(?:\\.\\d+){2,})(?![${LETTERS}\\p{N}_])`,
  'gu',
);
/** A number with a unit or a scale behind it is no identifier: `15kg`, `125k`, `3-year`, `15th`. */
const WITH_UNIT = /^\d+(?:st|nd|rd|th|k|m|bn?|kg|g|mm?|cm|km|s|ms|h|w|kw|v|%|er|e)?$|^\d+-\p{L}+$/iu;
const CITATION = /\[\d{1,3}\]/g;
/** The number of an item of a list. */
const ITEM = /^[ \t]*\d{1,3}[.)](?=\s)/gm;

/**
 * The numbers, dates, names, addresses and identifiers of an answer that stand neither in a passage that it cites nor in the
 * question, in their order. What is only written in another way is not among them: `$125,000` is `125 000`, and `October 15` is
 * `15 Oct`.
 */
export function unsupportedClaims({ answer, question, sources, cited }: CheckedAnswer): Claim[] {
  const evidence = new Evidence([question, ...sources.filter(isCited(cited)).map(textOf)].join('\n'));
  const text = blanked(answer, CITATION, ITEM);
  const taken: Claim[] = [];
  const claims: Claim[] = [];
  const check = (start: number, end: number, isSupported: () => boolean): void => {
    if (taken.some((one) => one.start < end && one.end > start)) return;
    const claim = { text: answer.slice(start, end), start, end };
    taken.push(claim);
    if (!isSupported()) claims.push(claim);
  };
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = found.replace(/[.,;:!?]+$/, '');
    check(index, index + address.length, () => evidence.hasText(address));
  }
  for (const { start, end, values } of datesIn(text))
    check(start, end, () => values.some((date) => evidence.hasDate(date)));
  for (const { 0: found, index } of text.matchAll(IDENTIFIER))
    if (!WITH_UNIT.test(found))
      check(index, index + found.length, () => evidence.hasText(found) || evidence.hasWord(found));
  for (const { start, end, values } of numbersOf(text)) check(start, end, () => evidence.hasNumber(values));
  for (const { text: name, start, end } of namesIn(text))
    check(start, end, () => name.split(/\s+/).every((word) => evidence.hasWord(word)));
  return claims.sort((a, b) => a.start - b.start);
}

const isCited =
  (cited: readonly number[]) =>
  ({ number }: AnswerSource): boolean =>
    cited.includes(number);

const textOf = ({ title, filename, passage, excerpt, text, createdAt }: AnswerSource): string =>
  [title, filename ?? '', ...passage.headings, excerpt.replaceAll('**', ''), text, dayOf(createdAt)].join(
    '\n',
  );

/** A text of the same length in which what was found is blank. */
const blanked = (text: string, ...patterns: readonly RegExp[]): string =>
  patterns.reduce((rest, pattern) => rest.replace(pattern, (found) => ' '.repeat(found.length)), text);
