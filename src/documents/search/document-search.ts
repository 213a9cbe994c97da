import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { isCancelled } from '../../database/database-errors.js';
import type { SearchAnswer } from '../document.schema.js';
import { type Candidates, findCandidates } from './candidates.js';
import { addKnownWords, addSimilarWords } from './nearby-words.js';
import { type ParsedQuery, parseQuery } from './query-parser.js';
import { planQuery, type QueryPlan, type WordGroup } from './query-plan.js';
import { rank, type Ranked } from './ranking.js';
import { OutOfTime, SearchConnections, SEARCHES_AT_ONCE } from './search-connections.js';
import { resultsOf } from './search-results.js';
import { searchSpaceOf } from './search-spaces.js';
import type { Statements } from './statements.js';
import { SynonymTerms } from './synonym-terms.js';
import { UnindexedDocuments } from './unindexed-documents.js';

/** How many documents are ranked by all that is known of them. */
const MOST_RANKED = 30;
/** With a phrase: it is looked for in the documents that have its words. */
const MOST_WITH_PHRASE = 1_000;
/** A document is found that has this share of what the words of the query say together, or so many of its words. */
const LEAST_SHARE = 0.15;
const LEAST_WORDS = 0.3;
/** How many words of a query are looked for; when that takes too long, only so few. */
const ATTEMPTS = [64, 3];
/** A longer query says with its own words what is meant. */
const MOST_WITH_SYNONYMS = 8;

interface Asked {
  spaceId: string;
  query: string;
  limit: number;
}

interface FoundDocuments {
  ranked: Ranked[];
  unknown: WordGroup[];
}

/** Searches the documents of a space. */
@Injectable()
export class DocumentSearch {
  private readonly searches = pLimit(SEARCHES_AT_ONCE);

  constructor(
    private readonly connections: SearchConnections,
    private readonly synonyms: SynonymTerms,
    private readonly unindexed: UnindexedDocuments,
  ) {}

  /** The best matches come first. It always ends in time: what is found until then is marked as `partial`. */
  async search(spaceId: string, query: string, limit: number): Promise<SearchAnswer> {
    const parsed = parseQuery(query);
    await this.unindexed.indexFor(spaceId, query);
    return this.searches(async () => {
      for (const mostGroups of ATTEMPTS) {
        try {
          return await this.run({ spaceId, query, limit }, parsed, mostGroups);
        } catch (error) {
          if (!(error instanceof OutOfTime || isCancelled(error))) throw error;
        }
      }
      return answerOf(query, true);
    });
  }

  private async run(
    { spaceId, query, limit }: Asked,
    parsed: ParsedQuery,
    mostGroups: number,
  ): Promise<SearchAnswer> {
    const statements = this.connections.timed();
    const space = await searchSpaceOf(statements, spaceId);
    const plan = await planQuery(statements, parsed, space.languages);
    const groups = tellingGroups(plan.groups, mostGroups);
    const isPartial = groups.length < plan.groups.length;
    if (groups.length === 0) return answerOf(query, isPartial);
    const cut = { ...plan, groups };
    if (groups.length <= MOST_WITH_SYNONYMS) await this.synonyms.addTo(groups, statements, space.languages);
    const most = hasPhrases(plan) ? MOST_WITH_PHRASE : Math.max(MOST_RANKED, limit);
    const { ranked, unknown } = await find(statements, spaceId, cut, { documents: space.documents, most });
    const { results, written } = await resultsOf(statements, cut, ranked.slice(0, limit), unknown);
    return {
      ...answerOf(query, isPartial),
      results,
      count: results.length,
      unknownWords: unknown.map(({ texts }) => texts[0]!),
      didYouMean: correct(query, unknown, written),
    };
  }
}

/** Finds with the words as they are and, where one is in no document, with words that come near. */
async function find(
  statements: Statements,
  spaceId: string,
  plan: QueryPlan,
  options: { documents: number; most: number },
): Promise<FoundDocuments> {
  await addKnownWords(statements, spaceId, plan.groups);
  let candidates = await findCandidates(statements, spaceId, plan, options);
  const unknown = plan.groups.filter((group) => !isKnown(group, candidates));
  if (unknown.length > 0) {
    const before = unknown.map(({ alternatives }) => alternatives.length);
    const parts = await addSimilarWords(statements, spaceId, unknown);
    plan.groups.push(...parts);
    if (parts.length > 0 || unknown.some(({ alternatives }, at) => alternatives.length > before[at]!))
      candidates = await findCandidates(statements, spaceId, plan, options);
  }
  const ranked = rank(plan, candidates, options.documents).filter(
    ({ share, matched }) => share >= LEAST_SHARE || matched.length >= LEAST_WORDS * plan.groups.length,
  );
  return { ranked, unknown };
}

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
  return query.replace(/[\p{L}\p{N}\p{M}]+/gu, (word) => meant.get(word.toLowerCase()) ?? word);
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
