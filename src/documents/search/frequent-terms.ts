import { LRUCache } from 'lru-cache';

/** To count the documents of a rarer term takes no time, and then even a single one more tells. */
const LEAST_KEPT = 500;
const KEPT = 50_000;
const KEPT_MS = 10 * 60_000;

/** In how many documents of some spaces the terms are that are in many. Such a number is worth counting once, not for each search. */
export class FrequentTerms {
  private readonly counts = new LRUCache<string, number>({ max: KEPT, ttl: KEPT_MS });

  /**
   * @param spaces the key of the spaces that are searched
   * @returns `null` for a term that is rare, or was not counted lately
   */
  countOf(spaces: string, term: string): number | null {
    return this.counts.get(`${spaces} ${term}`) ?? null;
  }

  keep(spaces: string, frequencies: ReadonlyMap<string, number>): void {
    for (const [term, count] of frequencies)
      if (count >= LEAST_KEPT && this.countOf(spaces, term) === null)
        this.counts.set(`${spaces} ${term}`, count);
  }
}
