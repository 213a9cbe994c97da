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
/** What joins words without a space. */
const JOINERS = `-_.:/@,'’\u00a0\u202f`;
const CHUNK = new RegExp(`${LETTER}(?:[${JOINERS}]${LETTER})*`, 'uy');
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
  for (let at = 0; at < text.length;) {
    const end = plainEnd(text, at);
    if (end > at) {
      words.push({ text: text.slice(at, Math.min(end, at + MAX_LETTERS)), start: at, end });
      at = end;
      continue;
    }
    const chunk = chunkAt(text, at);
    if (chunk !== '') addChunk(words, compounds, chunk, at);
    at += Math.max(1, chunk.length);
  }
  addSpacedNumbers(text, words, compounds);
  return { words, compounds };
}

/**
 * Most words consist of ASCII letters and digits that nothing joins to others and no capital letter divides; they need no regular
 * expression. @returns where the one ends that begins here, or `at` where none does
 */
function plainEnd(text: string, at: number): number {
  let end = at;
  let [hasSmall, hasInnerCapital] = [false, false];
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code >= 97 && code <= 122) hasSmall = true;
    else if (code >= 65 && code <= 90) hasInnerCapital ||= end > at;
    else if (code < 48 || code > 57) break;
  }
  if (hasSmall && hasInnerCapital) return at;
  if (end === text.length) return end;
  const [next, afterNext] = [text.charCodeAt(end), text.charCodeAt(end + 1)];
  if (next > 127) return at;
  return JOINERS.includes(text[end]!) && (afterNext > 127 || isAlphanumeric(afterNext)) ? at : end;
}

/** @returns the words that begin here with what joins them, or an empty text where none does */
function chunkAt(text: string, at: number): string {
  const code = text.charCodeAt(at);
  if (code < 128 && !isAlphanumeric(code)) return '';
  CHUNK.lastIndex = at;
  return CHUNK.exec(text)?.[0] ?? '';
}

const isAlphanumeric = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

function addChunk(words: Word[], compounds: CompoundWord[], chunk: string, index: number): void {
  if (THOUSANDS.test(chunk)) {
    const text = chunk.replace(/\D/g, '').slice(0, MAX_LETTERS);
    words.push({ text, start: index, end: index + chunk.length });
    return;
  }
  const at = words.length;
  for (const part of chunk.matchAll(PART)) addPart(words, part[0], index + part.index);
  const length = words.length - at;
  if (length > 1 && length <= MAX_PARTS && JOINED.test(chunk) && !UNSPACED.test(chunk)) {
    const whole = ONLY_DIGITS.test(chunk) ? chunk : chunk.replace(/[-_.:/@]/g, '');
    if (whole.length <= MAX_LETTERS) compounds.push({ text: whole, at, length });
  }
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
    const length = end - at;
    const digits = words.slice(at, end).map((word) => word.text);
    // More of them are a row of a table.
    if (length > 1 && length <= MAX_PARTS) compounds.push({ text: digits.join(''), at, length });
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
