import { foldWord } from '../../documents/search/fold.js';
import { mistakesBetween } from '../../documents/search/mistakes.js';
import { OFFICE_SYNONYMS } from '../../documents/search/office-synonyms.js';

/** How things are asked for, and how they are written down. */
const ASKED_AND_WRITTEN: readonly (readonly string[])[] = [
  ['cost', 'price', 'worth', 'value', 'amount'],
  ['weigh', 'weight', 'heavy'],
  ['allow', 'permit'],
  ['agree', 'approve', 'approval', 'consent'],
  ['kosten', 'kostet', 'preis', 'teuer', 'betrag'],
  ['wiegt', 'wiegen', 'gewicht', 'schwer'],
  ['dauern', 'dauer', 'lange'],
  ['coute', 'couter', 'prix', 'montant', 'cher'],
  ['pese', 'peser', 'poids', 'lourd'],
  ['cuesta', 'precio'],
  ['costa', 'prezzo'],
  ['kost', 'prijs'],
  ['custa', 'preco'],
];
const SYNONYMS = [...OFFICE_SYNONYMS, ...ASKED_AND_WRITTEN].map((line) => line.map(foldWord));

/** What follows the stem of a word in English and its neighbours. */
const ENDINGS = new Set(
  [
    '',
    ...'s es ed d er ers ing en e n em r t te ten et st ung ungen in innen ern ly y ie ies al ion ions ation ations ment ments'.split(
      ' ',
    ),
    ...'ance ence ant ent ure ness able able ate ates ated ating ht x aux ee es ees ez ent ons ir era erait nt a o i os as ar iamo'.split(
      ' ',
    ),
  ].map(foldWord),
);
const SAME = 1;
const INFLECTED = 0.85;
const SYNONYM = 0.7;
const PART = 0.5;
const ONE_MISTAKE = 0.6;
const LEAST_STEM = 3;
const LEAST_PART = 5;
const LEAST_COMMON = 7;

/** @returns how far another word stands for this one, from 0 to 1; both are folded */
export function likenessTo(asked: string): (written: string) => number {
  // 12500 is neither the beginning of 125000 nor `OPS-3391` almost `OPS-3392`.
  if (/\d/.test(asked)) return (written) => (written === asked ? SAME : 0);
  const synonyms = synonymsOf(asked);
  return (written) => {
    if (asked === written) return SAME;
    if (/\d/.test(written)) return 0;
    if (isInflected(asked, written)) return INFLECTED;
    if (synonyms.some((word) => isForm(word, written))) return SYNONYM;
    if (isPart(asked, written)) return PART;
    return isMistaken(asked, written) ? ONE_MISTAKE : 0;
  };
}

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** `weigh` and `weight`, `klettern` and `geklettert`: they begin alike, and what follows are endings. */
function isInflected(asked: string, written: string): boolean {
  return hasOneStem(asked, written) || hasOneStem(withoutPrefix(asked), withoutPrefix(written));
}

const withoutPrefix = (word: string): string => (/^ge.{4,}(?:t|en)$/.test(word) ? word.slice(2) : word);

function hasOneStem(one: string, other: string): boolean {
  const stem = commonStart(one, other);
  if (stem < LEAST_STEM) return false;
  const [a, b] = [one.slice(stem), other.slice(stem)];
  // A short word is a stem only as a whole: `pay` of `payers`, but `stat` is none of `state` and `station`.
  if (stem < 5 && a !== '' && b !== '') return false;
  return ENDINGS.has(a) && ENDINGS.has(b);
}

const isForm = (word: string, written: string): boolean => word === written || hasOneStem(word, written);

const synonymsOf = (asked: string): string[] =>
  SYNONYMS.filter((line) => line.some((word) => isForm(word, asked))).flat();

/** `Miete` in `Kaltmiete`, or two that begin alike: `Urlaubstage` and `Urlaubsanspruch`. */
function isPart(asked: string, written: string): boolean {
  const [short, long] = asked.length < written.length ? [asked, written] : [written, asked];
  if (short.length >= LEAST_PART && (long.startsWith(short) || long.endsWith(short))) return true;
  return commonStart(asked, written) >= LEAST_COMMON;
}

function isMistaken(asked: string, written: string): boolean {
  const most = asked.length >= 8 ? 2 : asked.length >= 5 ? 1 : 0;
  if (most === 0 || asked[0] !== written[0] || Math.abs(asked.length - written.length) > most) return false;
  return mistakesBetween(asked, written) <= most;
}
