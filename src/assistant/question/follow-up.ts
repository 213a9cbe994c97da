import type { HistoryMessage } from '../model/prompts.js';

/** A question with so many words of its own is understood without the conversation, unless it refers to it. */
const OWN_WORDS = 4;
export const MAX_QUESTION = 2_000;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’.\-/]*/gu;
/** Words that refer to what was said before, or continue it. */
const REFERRING =
  /^(?:and|but|so|also|then|it|its|that|this|those|these|they|them|their|he|she|his|her|there|same|und|aber|auch|dann|es|das|dies|diese|dieser|sie|deren|dessen|dort|et|mais|aussi|ça|cela|ceux|leur|y|pero|también|eso|esto|ellos|su)$/i;
/** Words that no document is found by. */
const EMPTY =
  /^(?:what|which|who|when|where|why|how|about|was|were|is|are|did|do|does|the|a|an|of|for|in|on|to|our|my|your|we|i|you|please|was|wer|wie|wann|wo|ist|sind|der|die|das|ein|eine|für|in|im|que|quel|quelle|les|le|la|de|des|el|los|en)$/i;

/** Kinds of words that replace one another: "and Q2?" after a question about Q3. */
const SHAPES: readonly RegExp[] = [
  /^q[1-4]$/i,
  /^h[12]$/i,
  /^(?:19|20)\d\d$/,
  /^(?:january|february|march|april|may|june|july|august|september|october|november|december)$/i,
  /^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)$/i,
  /^[a-z]{2,8}-\d+$/i,
  /^v?\d+(?:\.\d+)+$/i,
];

const wordsOf = (text: string): string[] =>
  text.match(WORD)?.map((word) => word.replace(/[.\-/]+$/, '')) ?? [];
const isOwn = (word: string): boolean => !REFERRING.test(word) && !EMPTY.test(word);

/** Whether a question is only understood with what was said before. */
function isFollowUp(question: string): boolean {
  const words = wordsOf(question);
  if (words.length > 0 && REFERRING.test(words[0]!)) return true;
  return (
    words.filter(isOwn).length < OWN_WORDS && words.some((word) => REFERRING.test(word) || isShaped(word))
  );
}

const isShaped = (word: string): boolean => SHAPES.some((shape) => shape.test(word));

/**
 * Makes a question of its own of a follow-up question without a model: the last question, in which the words of the new one
 * replace those of the same kind, or else are added.
 *
 * @example `standaloneQuestion('and Q2?', [{ role: 'user', content: 'What was our revenue in Q3?' }])` is `What was our revenue in Q2?`
 */
export function standaloneQuestion(question: string, history: readonly HistoryMessage[]): string {
  const questions = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  const last = questions.at(-1);
  if (last === undefined || !isFollowUp(question)) return question;
  // A chain of follow-up questions goes back to the one that stands by itself.
  const before = standaloneQuestion(
    last,
    history.slice(
      0,
      history.findLastIndex(({ role }) => role === 'user'),
    ),
  );
  let made = before;
  const added: string[] = [];
  for (const word of wordsOf(question).filter(isOwn)) {
    const shape = SHAPES.find((one) => one.test(word));
    const replaced = shape && wordsOf(made).find((one) => shape.test(one));
    if (replaced !== undefined) made = made.replace(replaced, () => word);
    else if (!wordsOf(made).some((one) => one.toLowerCase() === word.toLowerCase())) added.push(word);
  }
  const joined = added.length === 0 ? made : `${made.replace(/[?.!\s]+$/, '')} ${added.join(' ')}?`;
  return joined.slice(0, MAX_QUESTION);
}
