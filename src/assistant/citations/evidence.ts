import { foldWord } from '../../documents/search/fold.js';
import { wordsOf } from '../../documents/search/words.js';
import { datesIn, numbersOf, numberWordsIn } from './numbers-and-dates.js';

/** What the cited passages and the question say, in a form in which an answer can be compared with it. */
export class Evidence {
  private readonly text: string;
  private readonly numbers: ReadonlySet<number>;
  private readonly words: ReadonlySet<string>;
  private readonly dates: ReadonlySet<string>;

  constructor(text: string) {
    this.text = text.toLowerCase();
    this.numbers = new Set([...numbersOf(text).flatMap(({ values }) => values), ...numberWordsIn(text)]);
    const { words, compounds } = wordsOf(text);
    this.words = new Set([...words, ...compounds].map((word) => foldWord(word.text)));
    this.dates = new Set(
      datesIn(text).flatMap(({ values }) => values.map(({ day, month }) => `${day}.${month}.`)),
    );
  }

  hasText(text: string): boolean {
    return this.text.includes(text.toLowerCase());
  }

  /** Whether it has a number that may be meant. */
  hasNumber(values: readonly number[]): boolean {
    return values.some((value) => this.numbers.has(value));
  }

  hasDate({ day, month, year }: { day: number; month: number; year: number | undefined }): boolean {
    return this.dates.has(`${day}.${month}.`) && (year === undefined || this.numbers.has(year));
  }

  /** Whether it has a word, or another form of it: `Harbourviews`. */
  hasWord(word: string): boolean {
    const { words, compounds } = wordsOf(word);
    const whole = compounds.find(({ length }) => length === words.length);
    if (whole && this.words.has(foldWord(whole.text))) return true;
    return words.every(({ text }) => {
      const folded = foldWord(text);
      return folded.length < 2 || [folded, ...formsOf(folded)].some((form) => this.words.has(form));
    });
  }
}

const formsOf = (word: string): string[] => [
  ...['s', 'es', 'n', 'en'].map((ending) => `${word}${ending}`),
  ...['s', 'es', 'n', 'en']
    .filter((ending) => word.endsWith(ending))
    .map((ending) => word.slice(0, -ending.length)),
];
