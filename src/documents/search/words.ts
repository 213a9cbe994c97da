/** A word of a text. */
export interface Word {
  /** As it is written. */
  text: string;
  /** Where it begins, in UTF-16 code units. */
  start: number;
  end: number;
}

/** Several words that are written as one: an identifier, a number, an address. */
export interface CompoundWord {
  text: string;
  /** The number of its first word. */
  at: number;
  /** How many words it consists of. */
  length: number;
}

export interface TextWords {
  words: Word[];
  compounds: CompoundWord[];
}

const LETTER = String.raw`[\p{L}\p{N}][\p{L}\p{N}\p{M}]*`;
/** Words, and what joins them without a space. */
const CHUNK = new RegExp(String.raw`${LETTER}(?:[-_.:/@,'’\u00a0\u202f]${LETTER})*`, 'gu');
const PART = new RegExp(LETTER, 'gu');
/** Where a word begins within `camelCase` and `HTTPServer`. */
const HUMP = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
/** Scripts that put no space between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const THOUSANDS = /^\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+$/;
const ONLY_DIGITS = /^[\d.:/-]+$/;
const JOINED = /^[^,'’\u00a0\u202f]+$/;

const MAX_LETTERS = 64;
const MAX_PARTS = 8;

/**
 * The words of a text in their order. What is written without a space is also found as a whole: `max_pool_size`, `OPS-3391`,
 * `PaymentGatewayClient`, `10.20.0.53`. A number with separators of thousands is one word: `480,000` is `480000`.
 */
export function wordsOf(text: string): TextWords {
  const words: Word[] = [];
  const compounds: CompoundWord[] = [];
  for (const { 0: chunk, index } of text.matchAll(CHUNK)) {
    if (THOUSANDS.test(chunk)) {
      words.push({ text: chunk.replace(/\D/g, ''), start: index, end: index + chunk.length });
      continue;
    }
    const at = words.length;
    for (const part of chunk.matchAll(PART)) addPart(words, part[0], index + part.index);
    const length = words.length - at;
    if (length > 1 && length <= MAX_PARTS && JOINED.test(chunk)) {
      const whole = ONLY_DIGITS.test(chunk) ? chunk : chunk.replace(/[-_.:/@]/g, '');
      if (whole.length <= MAX_LETTERS) compounds.push({ text: whole, at, length });
    }
  }
  addSpacedNumbers(text, words, compounds);
  return { words, compounds };
}

/** A number whose thousands a space separates (`73 400`) is found as a whole, too. */
function addSpacedNumbers(text: string, words: readonly Word[], compounds: CompoundWord[]): void {
  for (let at = 0; at < words.length - 1; at++) {
    if (!/^\d{1,3}$/.test(words[at]!.text)) continue;
    let end = at + 1;
    while (
      end < words.length &&
      /^\d{3}$/.test(words[end]!.text) &&
      isSpaced(text, words[end - 1]!, words[end]!)
    )
      end++;
    if (end === at + 1) continue;
    compounds.push({
      text: words
        .slice(at, end)
        .map(({ text: digits }) => digits)
        .join(''),
      at,
      length: end - at,
    });
    at = end - 1;
  }
}

const isSpaced = (text: string, before: Word, behind: Word): boolean =>
  behind.start === before.end + 1 && text[before.end] === ' ';

function addPart(words: Word[], part: string, start: number): void {
  if (UNSPACED.test(part)) return addPairs(words, part, start);
  let at = start;
  for (const hump of part.split(HUMP)) {
    words.push({ text: hump.slice(0, MAX_LETTERS), start: at, end: at + hump.length });
    at += hump.length;
  }
}

/** Two neighbouring characters stand for a word where no space shows one. */
function addPairs(words: Word[], part: string, start: number): void {
  const letters = [...part];
  let at = start;
  for (const [number, letter] of letters.entries()) {
    const next = letters[number + 1] ?? '';
    if (next || letters.length === 1)
      words.push({ text: letter + next, start: at, end: at + letter.length + next.length });
    at += letter.length;
  }
}
