import type { Candidate } from './candidates.js';
import { FILENAME_POSITION, TITLE_POSITION } from './document-layout.js';
import type { WordGroup } from './query-plan.js';
import { firstFrom } from './weights.js';
import { wordsOf } from './words.js';

interface Range {
  from: number;
  to: number;
}

/**
 * How far a query is the name of a document, from 0 to 1: which share of the query stands in its title, or in its file name without
 * folders and ending, and which share of that the query is.
 */
export function naming({ title, filename, positions }: Candidate, groups: readonly WordGroup[]): number {
  const names = [rangeOf(title, TITLE_POSITION), ...(filename === null ? [] : [baseOf(filename)])];
  return Math.max(
    ...names.map((name) => {
      if (name.to === name.from) return 0;
      const matched = new Set<number>();
      let asked = 0;
      for (const { alternatives } of groups) {
        const places = alternatives.flatMap(({ term }) => between(positions.get(term) ?? [], name));
        if (places.length > 0) asked++;
        for (const place of places) matched.add(place);
      }
      return (asked / groups.length) * (matched.size / (name.to - name.from));
    }),
  );
}

/** The positions ascend, and a long text has many. */
const between = (positions: readonly number[], { from, to }: Range): readonly number[] =>
  positions.slice(firstFrom(positions, from), firstFrom(positions, to));

const rangeOf = (text: string, from: number): Range => ({ from, to: from + wordsOf(text).words.length });

function baseOf(filename: string): Range {
  const at = filename.lastIndexOf('/') + 1;
  const folders = rangeOf(filename.slice(0, at), FILENAME_POSITION);
  return rangeOf(filename.slice(at).replace(/\.[^.]*$/, ''), folders.to);
}
