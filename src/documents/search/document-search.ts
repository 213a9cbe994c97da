import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { isCancelled } from '../../database/database-errors.js';
import type { SearchAnswer } from '../document.schema.js';
import { type Candidates, findCandidates } from './candidates.js';
import { FrequentTerms } from './frequent-terms.js';
import { addKnownWords, addSimilarWords } from './nearby-words.js';
import { type ParsedQuery, parseQuery } from './query-parser.js';
import { planQuery, type QueryPlan, type WordGroup } from './query-plan.js';
import { rank, type Ranked } from './ranking.js';
import type { Reader } from '../sharing/reader.js';
import { OutOfTime, SearchConnections, SEARCHES_AT_ONCE } from './search-connections.js';
import { resultsOf } from './search-results.js';
import { type Searched, searchedBy, searchSpaceOf } from './search-spaces.js';
import type { Statements } from './statements.js';
import { SynonymTerms } from './synonym-terms.js';
import { UnindexedDocuments } from './unindexed-documents.js';

/** How many documents are ranked by all that is known of them. */
const MOST_RANKED = 20;
/** With a phrase: it is looked for in the documents that have its words. */
const MOST_WITH_PHRASE = 1_000;
/** A document is found that has this share of what the words of the query say together, or so many of its words. */
const LEAST_SHARE = 0.15;
const LEAST_WORDS = 0.3;
interface Attempt {
  /** How many words of the query are looked for. */
  mostWords: number;
  /** Whether words that come near them are, too, and their synonyms. */
  withNear: boolean;
}

/** What takes too long is tried again with less. */
const ATTEMPTS: readonly Attempt[] = [
  { mostWords: 64, withNear: true },
  { mostWords: 3, withNear: false },
];
/** A longer query says with its own words what is meant. */
const MOST_WITH_SYNONYMS = 8;

interface Asked {
  searched: Searched;
  query: string;
  limit: number;
}

interface FoundDocuments {
  ranked: Ranked[];
  unknown: WordGroup[];
  /** Whether there was no time left to look for words that come near. */
  isPartial: boolean;
}

/** Searches what a reader may read, as if it were all in one space. */
@Injectable()
export class DocumentSearch {
  private readonly searches = pLimit(SEARCHES_AT_ONCE);
  private readonly known = new FrequentTerms();

  constructor(
    private readonly connections: SearchConnections,
    private readonly synonyms: SynonymTerms,
    private readonly unindexed: UnindexedDocuments,
  ) {}

  /** The best matches come first. It always ends in time: what is found until then is marked as `partial`. */
  async search(reader: Reader, query: string, limit: number): Promise<SearchAnswer> {
    const parsed = parseQuery(query);
    const searched = await searchedBy(this.connections.timed(reader), reader);
    const isUnindexed = await this.unindexed.indexFor(searched, query);
    return this.searches(async () => {
      for (const attempt of ATTEMPTS) {
        try {
          const answer = await this.run({ searched, query, limit }, parsed, attempt);
          return isUnindexed ? { ...answer, partial: true } : answer;
        } catch (error) {
          if (!isOutOfTime(error)) throw error;
        }
      }
      return answerOf(query, true);
    });
  }

  private async run(
    { searched, query, limit }: Asked,
    parsed: ParsedQuery,
    { mostWords, withNear }: Attempt,
  ): Promise<SearchAnswer> {
    const statements = this.connections.timed(searched);
    const space = await searchSpaceOf(statements, searched);
    const plan = await planQuery(statements, parsed, space.languages);
    const groups = tellingGroups(plan.groups, mostWords);
    const isCut = !withNear || groups.length < plan.groups.length;
    if (groups.length === 0) return answerOf(query, isCut);
    const cut = { ...plan, groups };
    if (withNear && groups.length <= MOST_WITH_SYNONYMS)
      await this.synonyms.addTo(groups, statements, space.languages);
    const most = hasPhrases(plan) ? MOST_WITH_PHRASE : Math.max(MOST_RANKED, limit);
    const options = { documents: space.documents, most, known: this.known, withNear };
    const { ranked, unknown, isPartial } = await find(statements, searched, cut, options);
    // It has a time of its own, so that what was found is not given up for it.
    const reading = this.connections.timed(searched);
    const { results, written } = await resultsOf(reading, searched, cut, ranked.slice(0, limit), unknown);
    return {
      ...answerOf(query, isCut || isPartial),
      results,
      count: results.length,
      unknownWords: unknown.map(({ texts }) => texts[0]!),
      didYouMean: correct(query, unknown, written),
    };
  }
}

interface FindOptions {
  /** How many the space has. */
  documents: number;
  /** How many are ranked. */
  most: number;
  known: FrequentTerms;
  withNear: boolean;
}

/** Finds with the words as they are and, where one is in no document, with words that come near. */
async function find(
  statements: Statements,
  searched: Searched,
  plan: QueryPlan,
  options: FindOptions,
): Promise<FoundDocuments> {
  if (options.withNear) await addKnownWords(statements, searched.spaces, plan.groups);
  const candidates = await findCandidates(statements, searched, plan, options);
  const saysUnknown = options.withNear && !plan.hasOnlyStopWords;
  const unknown = saysUnknown ? plan.groups.filter((group) => !isKnown(group, candidates)) : [];
  let similar: Candidates | undefined;
  let isPartial = false;
  if (unknown.length > 0) {
    try {
      similar = await findSimilar(statements, searched, plan, unknown, options);
    } catch (error) {
      if (!isOutOfTime(error)) throw error;
      isPartial = true;
    }
  }
  const ranked = rank(plan, similar ?? candidates, options.documents).filter(
    ({ share, matched }) => share >= LEAST_SHARE || matched.length >= LEAST_WORDS * plan.groups.length,
  );
  return { ranked, unknown, isPartial };
}

/** @returns nothing if no word comes near to one that is unknown */
async function findSimilar(
  statements: Statements,
  searched: Searched,
  plan: QueryPlan,
  unknown: readonly WordGroup[],
  options: FindOptions,
): Promise<Candidates | undefined> {
  const before = unknown.map(({ alternatives }) => alternatives.length);
  const parts = await addSimilarWords(statements, searched.spaces, unknown);
  plan.groups.push(...parts);
  const hasMore =
    parts.length > 0 || unknown.some(({ alternatives }, at) => alternatives.length > before[at]!);
  return hasMore ? findCandidates(statements, searched, plan, options) : undefined;
}

const isOutOfTime = (error: unknown): boolean => error instanceof OutOfTime || isCancelled(error);

const isKnown = ({ alternatives }: WordGroup, { frequencies }: Candidates): boolean =>
  alternatives.some(({ term }) => frequencies.get(term));

const hasPhrases = ({ phrases, excludedPhrases }: QueryPlan): boolean =>
  phrases.length + excludedPhrases.length > 0;

/** The query with the words that were found in place of those that are in no document. */
function correct(
  query: string,
  unknown: readonly WordGroup[],
  written: ReadonlyMap<WordGroup, string>,
): string | null {
  const meant = new Map(
    unknown.flatMap((group) => {
      const word = written.get(group);
      return word === undefined ? [] : [[group.texts[0]!, word]];
    }),
  );
  if (meant.size === 0) return null;
  const corrected = query.replace(/[\p{L}\p{N}\p{M}]+/gu, (word) => meant.get(word.toLowerCase()) ?? word);
  return corrected === query ? null : corrected;
}

const answerOf = (query: string, partial: boolean): SearchAnswer => ({
  results: [],
  count: 0,
  query,
  unknownWords: [],
  didYouMean: null,
  partial,
});

/** Of too many words those that must match, and the longest: they are the rarest. */
function tellingGroups(groups: WordGroup[], most: number): WordGroup[] {
  if (groups.length <= most) return groups;
  const length = ({ texts, isRequired }: WordGroup) => (isRequired ? Infinity : texts[0]!.length);
  const kept = new Set(groups.toSorted((a, b) => length(b) - length(a)).slice(0, most));
  return groups.filter((group) => kept.has(group));
}
