import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Language } from './languages.js';
import { OFFICE_SYNONYMS } from './office-synonyms.js';
import { addAlternative, type WordGroup } from './query-plan.js';
import { termsInAll } from './stems.js';
import type { Statements } from './statements.js';

/** What a synonym weighs beside the word that was asked for. */
const SYNONYM_WEIGHT = 0.6;
/** After this time a replica knows what another one changed. */
const KEPT_MS = 30_000;
/** How many terms stand for one word of a query: it may be in many groups. */
const MOST_SYNONYMS = 100;

type Groups = readonly (readonly string[])[];

/** The synonyms that an administrator keeps, and those of every office. */
@Injectable()
export class SynonymTerms {
  private kept: { groups: Groups; until: number } | undefined;
  private readonly byLanguages = new Map<string, Promise<Map<string, Set<string>>>>();

  /** What has changed is known from now on. */
  forget(): void {
    this.kept = undefined;
    this.byLanguages.clear();
  }

  /** Adds the synonyms of the words asked for. */
  async addTo(
    groups: readonly WordGroup[],
    statements: Statements,
    languages: readonly Language[],
  ): Promise<void> {
    const terms = await this.terms(statements, languages);
    for (const group of groups) {
      const own = group.alternatives.map(({ term }) => term);
      const others = new Set(own.flatMap((term) => [...(terms.get(term) ?? [])]));
      for (const other of [...others].slice(0, MOST_SYNONYMS)) addAlternative(group, other, SYNONYM_WEIGHT);
    }
  }

  private async terms(
    statements: Statements,
    languages: readonly Language[],
  ): Promise<Map<string, Set<string>>> {
    if (!this.kept || this.kept.until < Date.now()) {
      const rows = await statements.query<{ words: string[] }[]>(
        'SELECT words FROM document_synonyms ORDER BY number',
      );
      const groups = [...OFFICE_SYNONYMS, ...rows.map(({ words }) => words)];
      // The stems of many words take longer than the rest of a search.
      if (!isDeepStrictEqual(groups, this.kept?.groups)) this.forget();
      this.kept = { groups, until: Date.now() + KEPT_MS };
    }
    const key = languages.join(' ');
    let found = this.byLanguages.get(key);
    if (!found) {
      found = termsOfAll(statements, this.kept.groups, languages);
      this.byLanguages.set(key, found);
      found.catch(() => this.byLanguages.delete(key));
    }
    return found;
  }
}

/** Each term with the terms of its synonyms. */
async function termsOfAll(
  statements: Statements,
  groups: Groups,
  languages: readonly Language[],
): Promise<Map<string, Set<string>>> {
  const words = [...new Set(groups.flat().map((word) => word.toLowerCase()))];
  const found = new Map<string, Set<string>>();
  const terms = await termsInAll(statements, languages, words);
  for (const ofLanguage of terms.values()) {
    for (const group of groups) {
      const own = group.flatMap((word) => ofLanguage.get(word.toLowerCase()) ?? []);
      for (const term of own) {
        const others = found.get(term) ?? new Set();
        for (const other of own) if (other !== term && others.size < MOST_SYNONYMS) others.add(other);
        found.set(term, others);
      }
    }
  }
  return found;
}
