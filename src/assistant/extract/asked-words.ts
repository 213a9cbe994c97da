import { foldWord } from '../../documents/search/fold.js';
import { wordsOf } from '../../documents/search/words.js';
import { STOP_WORDS } from './stop-words.js';

const MOST = 24;

export interface AskedWord {
  /** As it is written. */
  text: string;
  folded: string;
}

/** The words of a question that say what it is about; all of them where none does. An identifier is one word: `OPS-3391`. */
export function askedWords(question: string): AskedWord[] {
  const { words, compounds } = wordsOf(question);
  const identifiers = compounds.filter(({ at, length }) =>
    words.slice(at, at + length).some(({ text }) => /^\d+$/.test(text)),
  );
  const asked = new Map<string, AskedWord>();
  for (const [number, { text }] of words.entries()) {
    const whole = identifiers.find(({ at, length }) => number >= at && number < at + length)?.text ?? text;
    const folded = foldWord(whole);
    if (!asked.has(folded)) asked.set(folded, { text: whole, folded });
  }
  const all = [...asked.values()];
  const telling = all.filter(({ folded }) => !STOP_WORDS.has(folded));
  return (telling.length > 0 ? telling : all).slice(0, MOST);
}
