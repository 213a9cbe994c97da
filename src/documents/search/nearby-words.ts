import { foldWord } from './fold.js';
import { mistakesBetween } from './mistakes.js';
import { addAlternative, type WordGroup } from './query-plan.js';
import type { Statements } from './statements.js';

/** What a word weighs that is not the one asked for. */
const LONGER = 0.5;
const ONE_MISTAKE = 0.7;
const TWO_MISTAKES = 0.4;

/** How many words of a query are looked for in longer ones. The longest are: they say the most. */
const MOST_LOOKED_FOR = 16;
const MOST_NEARBY = 15;
/** How many words are looked at to find those that are still in documents: a word is kept for a while after the last one. */
const MOST_LOOKED_AT = 500;
const MOST_TYPOS = 3;
/** With shorter words too many others begin or end, or contain them. */
const LEAST_TO_BEGIN = 5;
const LEAST_TO_END = 6;
const LEAST_TO_CONTAIN = 6;
const LEAST_OF_PART = 4;
/** What joins the parts of a German or Dutch compound. */
const LINKS = ['', 's', 'es', 'n', 'en', 'er', 'e'];

/** How words are read of what is searched. */
interface Reading {
  /** The condition of a word that is written like this. */
  exact: (text: string) => string;
  /** The first words that fulfil a condition. */
  first: (condition: string, order: string) => string;
}

const used = (condition: string, order: string, space: string) => `
  SELECT word, term FROM (
    SELECT word, term FROM document_words WHERE space_id = ${space} AND ${condition}
    ORDER BY ${order} LIMIT ${MOST_LOOKED_AT}
  ) AS near WHERE EXISTS (
    SELECT FROM document_terms t WHERE t.term = near.term AND t.space_id = ${space}
  ) LIMIT ${MOST_NEARBY}`;

const ONE_SPACE: Reading = {
  exact: (text) => `
    SELECT word, term FROM document_words near WHERE space_id = $1 AND word ${text}
      AND EXISTS (SELECT FROM document_terms t WHERE t.term = near.term AND t.space_id = $1)`,
  first: (condition, order) => used(condition, order, '$1'),
};
/** Of each space as many words are read as of all together, so that none is left out, and none is read twice. */
const SPACES: Reading = {
  exact: (text) => `
    SELECT DISTINCT word, term FROM document_words near WHERE space_id = ANY ($1) AND word ${text}
      AND EXISTS (SELECT FROM document_terms t WHERE t.term = near.term AND t.space_id = near.space_id)`,
  first: (condition, order) => `
    SELECT word, term FROM (
      SELECT DISTINCT word, term FROM unnest($1::uuid[]) AS spaces (id)
      CROSS JOIN LATERAL (${used(condition, order, 'spaces.id')}) AS of_space
    ) AS of_spaces ORDER BY ${order} LIMIT ${MOST_NEARBY}`,
};

const SHORTEST = 'length(word), word';
const MOST_LIKE = 'similarity(word, asked.text) DESC, word';

const known = ({ exact, first }: Reading) => `
  SELECT asked.text, word, term FROM unnest($2::text[], $3::boolean[], $4::boolean[]) AS asked (text, begins, ends)
  CROSS JOIN LATERAL (
    ${exact('= asked.text')}
    UNION ALL
    (${first(`asked.begins AND word ~>~ asked.text AND word ~<~ (asked.text || chr(1114111))`, SHORTEST)})
    UNION ALL
    (${first(`asked.ends AND reverse(word) ~>~ reverse(asked.text) AND reverse(word) ~<~ (reverse(asked.text) || chr(1114111))`, SHORTEST)})
  ) AS found`;

const similar = ({ first }: Reading) => `
  SELECT asked.text, word, term, contains FROM unnest($2::text[], $3::boolean[]) AS asked (text, long)
  CROSS JOIN LATERAL (
    SELECT word, term, false AS contains FROM (${first('word % asked.text', MOST_LIKE)}) AS alike
    UNION ALL
    SELECT word, term, true FROM (${first(`asked.long AND word LIKE '%' || asked.text || '%'`, SHORTEST)}) AS longer
  ) AS found`;

const statementsOf = (reading: Reading) => ({
  known: known(reading),
  similar: similar(reading),
  parts: reading.exact('= ANY ($2)'),
});
const IN_ONE_SPACE = statementsOf(ONE_SPACE);
const IN_SPACES = statementsOf(SPACES);

/** @returns the statements, and their first value */
const readingOf = (spaces: readonly string[]) =>
  spaces.length === 1 ? { ...IN_ONE_SPACE, searched: spaces[0] } : { ...IN_SPACES, searched: spaces };

interface NearRow {
  /** The word that was asked for, folded. */
  text: string;
  word: string;
  term: string;
}

interface SimilarRow extends NearRow {
  /** Whether the word asked for is a part of this one. */
  contains: boolean;
}

/**
 * Adds the terms of the words as they are written, whatever the language of the documents that have them, and those of words that begin or
 * end with them: `Urlaub` is in `Urlaubsantrag`.
 */
export async function addKnownWords(
  statements: Statements,
  spaces: readonly string[],
  groups: readonly WordGroup[],
): Promise<void> {
  const asked = new Map<string, boolean>();
  for (const { texts, isPrefix } of groups)
    for (const text of texts.map(foldWord)) asked.set(text, isPrefix || (asked.get(text) ?? false));
  const texts = [...asked.keys()].sort((a, b) => b.length - a.length);
  const isLong = (text: string, at: number, least: number) =>
    at < MOST_LOOKED_FOR && text.length >= least && !isNumber(text);
  const { known, searched } = readingOf(spaces);
  const rows = await statements.query<NearRow[]>(known, [
    searched,
    texts,
    texts.map((text, at) => asked.get(text)! || isLong(text, at, LEAST_TO_BEGIN)),
    texts.map((text, at) => isLong(text, at, LEAST_TO_END)),
  ]);
  for (const group of groups)
    for (const text of group.texts.map(foldWord))
      for (const row of rows)
        if (row.text === text) addAlternative(group, row.term, row.word === text ? 1 : LONGER);
}

/**
 * Adds words that are written almost like one that is in no document or contain it, or else its parts.
 * @returns the parts, as further words of the query
 */
export async function addSimilarWords(
  statements: Statements,
  spaces: readonly string[],
  unknown: readonly WordGroup[],
): Promise<WordGroup[]> {
  const words = unknown.filter(({ texts }) => !isNumber(texts[0]!));
  if (words.length === 0) return [];
  const asked = words.map(({ texts }) => foldWord(texts[0]!));
  const { similar, searched } = readingOf(spaces);
  const rows = await statements.query<SimilarRow[]>(similar, [
    searched,
    asked,
    asked.map((text) => text.length >= LEAST_TO_CONTAIN),
  ]);
  const whole: WordGroup[] = [];
  for (const [number, group] of words.entries()) {
    const text = asked[number]!;
    const typos = rows
      .filter((row) => row.text === text && !row.contains)
      .map(({ term, word }) => ({ term, mistakes: mistakesBetween(text, word) }))
      .filter(({ mistakes }) => mistakes <= mistakesAllowed(text))
      .sort((a, b) => a.mistakes - b.mistakes)
      .slice(0, MOST_TYPOS);
    for (const { term, mistakes } of typos)
      addAlternative(group, term, mistakes > 1 ? TWO_MISTAKES : ONE_MISTAKE);
    const longer = rows.filter((row) => row.text === text && row.contains);
    for (const { term } of longer) addAlternative(group, term, LONGER);
    if (typos.length + longer.length === 0) whole.push(group);
  }
  return whole.length > 0 ? partsOf(statements, spaces, whole) : [];
}

/** The parts of the first word that is put together of two, where both are in documents. */
async function partsOf(
  statements: Statements,
  spaces: readonly string[],
  groups: readonly WordGroup[],
): Promise<WordGroup[]> {
  const splits = groups.flatMap(({ texts, weight }) =>
    splitsOf(foldWord(texts[0]!)).map((split) => ({ split, weight })),
  );
  const words = [...new Set(splits.flatMap(({ split }) => split))];
  if (words.length === 0) return [];
  const { parts, searched } = readingOf(spaces);
  const rows = await statements.query<{ word: string; term: string }[]>(parts, [searched, words]);
  const terms = new Map<string, string[]>();
  for (const { word, term } of rows) terms.set(word, [...(terms.get(word) ?? []), term]);
  const found = splits.find(({ split }) => split.every((part) => terms.has(part)));
  if (!found) return [];
  return found.split.map((part) => ({
    texts: [part],
    terms: [terms.get(part)!],
    alternatives: terms.get(part)!.map((term) => ({ term, weight: 1 })),
    isRequired: false,
    isPrefix: false,
    weight: found.weight / 2,
  }));
}

function splitsOf(word: string): [string, string][] {
  const splits: [string, string][] = [];
  for (let at = LEAST_OF_PART; at <= word.length - LEAST_OF_PART; at++)
    for (const link of LINKS) {
      const first = word.slice(0, at);
      if (!first.endsWith(link) || at - link.length < LEAST_OF_PART) continue;
      splits.push([first.slice(0, at - link.length), word.slice(at)]);
    }
  return splits;
}

/** 12500 is neither the beginning of 125000 nor 12501 with a mistake. */
const isNumber = (word: string): boolean => !/\p{L}/u.test(word);

const mistakesAllowed = (word: string): number => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);
