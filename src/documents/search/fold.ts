const MARKS = /\p{M}+/gu;
/** Letters that have no decomposition in Unicode. */
const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const OTHER_LETTERS = /[ßæœøłđðþı]/g;
const DIGRAPHS = /([aou])e/g;
// eslint-disable-next-line no-control-regex
const ASCII = /^[\x00-\x7f]*$/;

/** A word in small letters without accents: `Résumé` becomes `resume`. */
function foldAccents(word: string): string {
  const small = word.toLowerCase();
  if (ASCII.test(small)) return small;
  return small
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(OTHER_LETTERS, (letter) => LETTERS[letter]!);
}

/**
 * A word, or the stem of one, as the index holds it. `Müller`, `Mueller` and `Muller` become the same word, because which of them
 * somebody types depends on the keyboard.
 */
export const foldWord = (word: string): string => foldAccents(word).replace(DIGRAPHS, '$1');
