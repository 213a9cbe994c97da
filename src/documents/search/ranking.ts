import { inverseFrequency, mixScores, saturation } from './bm25.js';
import type { Candidate, Candidates } from './candidates.js';
import { TEXT_POSITION } from './document-layout.js';
import { naming } from './naming.js';
import type { Alternative, QueryPlan, WordGroup } from './query-plan.js';
import { fieldWeight, passageWeight } from './weights.js';

export interface Ranked {
  candidate: Candidate;
  score: number;
  /** How much of what is asked for it has, by how much each word says. */
  share: number;
  /** The best passage's number; none where title or file name alone match. */
  passage: number | undefined;
  /** The groups of the query that match. */
  matched: WordGroup[];
}

/** How much words that stand near each other lift a document. */
const NEARNESS = 0.1;
const NEAR = 12;
/** How much it lifts a document that the query is its name. */
const NAMING = 0.5;

/** Ranks candidates by BM25 of the document and of its best passage. */
export function rank(plan: QueryPlan, { found, frequencies }: Candidates, documents: number): Ranked[] {
  const rarities = plan.groups.map(({ alternatives }) => {
    const most = Math.max(...alternatives.map(({ term }) => frequencies.get(term) ?? 0));
    return inverseFrequency(most, documents);
  });
  return found
    .filter((candidate) => isWanted(candidate, plan))
    .map((candidate) => rankOne(candidate, plan, rarities))
    .sort((a, b) => b.score - a.score || (a.candidate.id < b.candidate.id ? 1 : -1));
}

function rankOne(candidate: Candidate, { groups }: QueryPlan, rarities: readonly number[]): Ranked {
  const { layout } = candidate;
  const passages = new Float64Array(Math.max(1, layout.passages.length));
  let ofDocument = 0;
  let [asked, has] = [0, 0];
  const matched: WordGroup[] = [];
  for (const [number, group] of groups.entries()) {
    const share = group.weight * rarities[number]!;
    asked += share;
    const present = group.alternatives.flatMap(({ term, weight }) => {
      const positions = candidate.positions.get(term);
      return positions ? [{ positions, weight }] : [];
    });
    if (present.length === 0) continue;
    matched.push(group);
    has += share;
    ofDocument +=
      share *
      most(present, ({ positions }) => saturation(fieldWeight(positions) + inText(positions), layout.length));
    const fields = present.map(({ positions, weight }) => ({
      positions,
      weight,
      inFields: fieldWeight(positions),
    }));
    if (layout.passages.length === 0)
      passages[0]! += share * most(fields, ({ inFields }) => saturation(inFields, layout.length));
    for (const [at, passage] of layout.passages.entries())
      passages[at]! +=
        share *
        most(fields, ({ positions, inFields }) =>
          saturation(inFields + passageWeight(positions, passage, layout), passage.length),
        );
  }
  let passage = 0;
  for (let at = 1; at < passages.length; at++) if (passages[at]! > passages[passage]!) passage = at;
  const lift = 1 + NEARNESS * nearness(candidate, matched) + NAMING * naming(candidate, groups);
  const score = mixScores(ofDocument, passages[passage]!) * lift;
  return {
    candidate,
    score,
    share: asked > 0 ? has / asked : 0,
    passage: layout.passages.length > 0 ? passage : undefined,
    matched,
  };
}

const inText = (positions: readonly number[]): number =>
  positions.reduce((count, position) => count + (position >= TEXT_POSITION ? 1 : 0), 0);

function most<T extends { weight: number }>(alternatives: readonly T[], valueOf: (one: T) => number): number {
  let best = 0;
  for (const one of alternatives) best = Math.max(best, one.weight * valueOf(one));
  return best;
}

/** Which share of the pairs of neighbouring words of the query stand near to each other, in the same order. */
function nearness({ positions }: Candidate, matched: readonly WordGroup[]): number {
  if (matched.length < 2) return 0;
  let near = 0;
  for (let at = 1; at < matched.length; at++) {
    const [before, behind] = [matched[at - 1]!, matched[at]!].map(({ alternatives }) =>
      positionsOf(alternatives, positions),
    );
    if (areNear(before!, behind!)) near++;
  }
  return near / (matched.length - 1);
}

const positionsOf = (alternatives: readonly Alternative[], positions: Map<string, number[]>): number[] => {
  const lists = alternatives.flatMap(({ term }) => positions.get(term) ?? []);
  return alternatives.length > 1 ? lists.sort((a, b) => a - b) : lists;
};

function areNear(before: readonly number[], behind: readonly number[]): boolean {
  let at = 0;
  for (const position of before) {
    while (at < behind.length && behind[at]! <= position) at++;
    if (at < behind.length && behind[at]! - position <= NEAR) return true;
  }
  return false;
}

const isWanted = (candidate: Candidate, { phrases, excludedPhrases }: QueryPlan): boolean =>
  phrases.every((phrase) => hasPhrase(candidate, phrase)) &&
  !excludedPhrases.some((phrase) => hasPhrase(candidate, phrase));

/** Whether the words of a phrase stand beside each other; where it has a stop word, any word may stand. */
export function hasPhrase({ positions }: Candidate, phrase: readonly Alternative[][]): boolean {
  const first = phrase.findIndex((alternatives) => alternatives.length > 0);
  if (first < 0) return true;
  const rest = phrase.map((alternatives) => new Set(positionsOf(alternatives, positions)));
  return positionsOf(phrase[first]!, positions).some((position) =>
    phrase.every((alternatives, at) => alternatives.length === 0 || rest[at]!.has(position - first + at)),
  );
}
