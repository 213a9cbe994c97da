import { findSecrets } from '../../secrets/secret-finder.js';
import { AROUND_CUT, secretSpans } from '../../secrets/whole-secrets.js';
import type { SearchResult } from '../document.schema.js';
import { FILENAME_POSITION, type IndexedPassage, TEXT_POSITION, TITLE_POSITION } from './document-layout.js';
import { excerptOf, type PassageText } from './excerpt.js';
import { foldWord } from './fold.js';
import { mistakesBetween } from './mistakes.js';
import { readable, type Reader } from '../sharing/reader.js';
import type { QueryPlan, WordGroup } from './query-plan.js';
import type { Ranked } from './ranking.js';
import type { Statements } from './statements.js';
import { type Word, wordsOf } from './words.js';

const TEXTS = `
  SELECT coalesce(substr(content, greatest(1, at - ${AROUND_CUT} + 1), least(at, ${AROUND_CUT})), '') AS before,
         coalesce(substr(content, at + 1, until - at), '') AS text,
         coalesce(substr(content, until + 1, ${AROUND_CUT}), '') AS after,
         (number - 1)::int AS place
  FROM unnest($1::uuid[], $2::int[], $3::int[]) WITH ORDINALITY AS asked (id, at, until, number)
  JOIN documents d ON d.id = asked.id ${readable('$4', '$5')} ORDER BY number`;

export interface Results {
  results: SearchResult[];
  /** What stands in the documents in place of a word that is in none; of several words, the one most like it. */
  written: Map<WordGroup, string>;
}

/**
 * Reads the passages that were found, and marks the words in them.
 * @param unknown the words of the query that are in no document
 */
export async function resultsOf(
  statements: Statements,
  { userId, organizationId }: Reader,
  plan: QueryPlan,
  ranked: readonly Ranked[],
  unknown: readonly WordGroup[],
): Promise<Results> {
  const written = new Map<WordGroup, string>();
  if (ranked.length === 0) return { results: [], written };
  const passages = ranked.map(({ candidate, passage }) => candidate.layout.passages[passage ?? 0]);
  // A document that was deleted since then, or is no longer shared, has no text.
  const texts = await statements.query<(PassageText & { place: number })[]>(TEXTS, [
    ranked.map(({ candidate }) => candidate.id),
    passages.map((passage) => passage?.start ?? 0),
    passages.map((passage) => passage?.end ?? 0),
    userId,
    organizationId,
  ]);
  const results = texts.map(({ place, ...text }) => {
    const [one, passage] = [ranked[place]!, passages[place]];
    const matches = matchesIn(one.candidate.positions, plan.groups, passage);
    for (const group of unknown) noteWritten(written, group, wordsLike(group, one, text, passage));
    return resultOf(one, passage, excerptOf(text, matches));
  });
  return { results, written };
}

function resultOf(
  { candidate, passage: number = 0, score, matched }: Ranked,
  passage: IndexedPassage | undefined,
  excerpt: string,
): SearchResult {
  const { id, title, filename, createdAt, layout, positions, reached } = candidate;
  return {
    id,
    title,
    excerpt,
    filename,
    rank: Math.round(score * 1_000) / 1_000,
    createdAt,
    ...reached,
    matched: matched.flatMap((group) => textsIn(group, positions)),
    passage: {
      id: `${id}#${number + 1}`,
      headings: passage?.headings.map((heading) => layout.headings[heading]!.text) ?? [],
      start: passage?.start ?? 0,
      end: passage?.end ?? 0,
    },
  };
}

/** Of words that are joined by `or` those that are there, or the first where only something like them is. */
function textsIn({ texts, terms }: WordGroup, positions: ReadonlyMap<string, number[]>): string[] {
  if (texts.length === 1) return texts;
  const found = texts.filter((_, at) => terms[at]!.some((term) => positions.has(term)));
  return found.length > 0 ? found : texts.slice(0, 1);
}

function noteWritten(written: Map<WordGroup, string>, group: WordGroup, words: readonly string[]): void {
  const asked = foldWord(group.texts[0]!);
  const [best] = [...words, ...(written.has(group) ? [written.get(group)!] : [])]
    .map((word) => ({ word, mistakes: mistakesBetween(asked, foldWord(word)) }))
    .sort((a, b) => a.mistakes - b.mistakes);
  if (best) written.set(group, best.word);
}

/** The words of title, file name and passage that match a word of the query; none that is a part of a secret. */
function wordsLike(
  group: WordGroup,
  { candidate: { title, filename, positions } }: Ranked,
  { before, text, after }: PassageText,
  passage: IndexedPassage | undefined,
): string[] {
  const inPassage = matchesIn(positions, [group], passage);
  const inTitle = matchesIn(positions, [group], { from: TITLE_POSITION, to: FILENAME_POSITION });
  const inFilename = matchesIn(positions, [group], { from: FILENAME_POSITION, to: TEXT_POSITION });
  // Most words that are in no document have nothing that stands for them.
  if (inPassage.size + inTitle.size + inFilename.size === 0) return [];
  const secrets = secretSpans(before + text + after);
  const isOpen = ({ start, end }: Word) =>
    !secrets.some((secret) => secret.start < end + before.length && secret.end > start + before.length);
  return [
    ...wordsAt(wordsOf(text).words, inPassage.keys()).filter(isOpen),
    ...openWordsAt(title, inTitle.keys()),
    ...openWordsAt(filename ?? '', inFilename.keys()),
  ].map((word) => word.text.toLowerCase());
}

/** Of a short text in which a secret stands, no word is told. */
const openWordsAt = (text: string, numbers: Iterable<number>): Word[] =>
  findSecrets(text).length > 0 ? [] : wordsAt(wordsOf(text).words, numbers);

const wordsAt = (words: readonly Word[], numbers: Iterable<number>): Word[] =>
  [...numbers].flatMap((number) => words[number] ?? []);

/** The numbers of the words in a passage that match, with the number of what they match. */
function matchesIn(
  positions: ReadonlyMap<string, number[]>,
  groups: readonly WordGroup[],
  passage: Pick<IndexedPassage, 'from' | 'to'> | undefined,
): Map<number, number> {
  const matches = new Map<number, number>();
  if (!passage) return matches;
  for (const [number, { alternatives }] of groups.entries())
    for (const { term } of alternatives)
      for (const position of positions.get(term) ?? [])
        if (position >= passage.from && position < passage.to) matches.set(position - passage.from, number);
  return new Map([...matches].sort(([a], [b]) => a - b));
}
